import type { Integration } from '../../core/model.ts';
import type { Engine } from '../../engine/engine.ts';
import { type YubicoStatus, yubicoSignatureMatches } from '../../otp/index.ts';
import { doorName } from './door-name.ts';
import type { VerifyRequest } from './read-verify-request.ts';
import { apiKeyPurpose, readWsapiSettings } from './settings.ts';

/** Who asks, or why he is not answered; with the key that signs the answer, where he may have a signed one. */
export type Client =
  | { integration: Integration; key: Uint8Array; refused?: undefined }
  | { refused: YubicoStatus; key: Uint8Array | undefined };

/**
 * The integration whose number a request names, and whose API key has signed it. What has no signature gets none, unless the integration
 * takes such requests: nobody has a text signed that he could use elsewhere.
 *
 * @throws CountersignError `misconfigured`
 */
export async function findClient(engine: Engine, { id, parameters }: VerifyRequest): Promise<Client> {
  const integration = await engine.sharedKeys.findIntegration(id);
  if (integration === undefined) return { refused: 'NO_SUCH_CLIENT', key: undefined };

  const { keyGeneration, previousKey, unsigned } = readWsapiSettings(integration.doors[doorName] ?? {});
  const keyOf = (generation: number) => engine.sharedKeys.derive(integration, apiKeyPurpose, generation);
  const key = keyOf(keyGeneration);
  const good = previousKey && keyGeneration > 1 ? [key, keyOf(keyGeneration - 1)] : [key];
  const signedBy = good.find((candidate) => yubicoSignatureMatches(parameters, candidate));
  const isOpen = integration.doors[doorName] !== undefined;
  if (!isOpen) {
    return signedBy === undefined
      ? { refused: 'NO_SUCH_CLIENT', key: undefined }
      : { refused: 'OPERATION_NOT_ALLOWED', key };
  }
  if (signedBy !== undefined) return { integration, key: signedBy };
  if (parameters['h'] !== undefined) return { refused: 'BAD_SIGNATURE', key };
  return unsigned ? { integration, key } : { refused: 'MISSING_PARAMETER', key: undefined };
}
