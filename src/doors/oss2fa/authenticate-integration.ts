import { CountersignError } from '../../core/errors.ts';
import type { Engine, IntegrationCaller, PresentedCredential } from '../../engine/engine.ts';
import { basicCredentials } from './basic-credentials.ts';
import { doorName } from './door-name.ts';

/**
 * The integration that is asking: by its token in a header of its own, or by access key and secret key.
 *
 * @throws CountersignError `unauthorized`; `door_closed` when the integration does not list this door
 */
export async function authenticateIntegration(
  engine: Engine,
  request: Request,
  source: string,
): Promise<IntegrationCaller> {
  const credential = presentedCredential(request);
  const integration = credential && (await engine.integrations.authenticate(credential));
  if (integration === undefined) throw new CountersignError('unauthorized');
  if (integration.doors[doorName] === undefined)
    throw new CountersignError('door_closed', { detail: `integration ${integration.id}` });
  return {
    tenant: integration.tenantId,
    actor: { type: 'integration', id: integration.id },
    door: doorName,
    source,
    integration,
  };
}

/** @throws CountersignError `unauthorized` when a header is malformed */
export function presentedCredential(request: Request): PresentedCredential | undefined {
  const token = request.headers.get('x-integration-token');
  if (token !== null) return { token };
  const basic = basicCredentials(request);
  return basic && { accessKey: basic.user, secretKey: basic.password };
}
