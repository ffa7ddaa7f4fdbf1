import { CountersignError } from '../../core/errors.ts';
import { decodeApiKey, type YubicoOptions } from '../../delivery/index.ts';
import type { ParsedYubico } from './yubico-schema.ts';

/** What the resolution of the configuration does for this part of it. */
interface YubicoResolution {
  refuse(path: string, message: string): undefined;
  secret(option: string, value: string | undefined, file: string | undefined): string | undefined;
}

/** The validation servers with the API key; undefined when there are none. */
export function yubicoOptions(
  { clientId, apiKey, apiKeyFile, urls, timeoutMs }: ParsedYubico,
  context: YubicoResolution,
): YubicoOptions | undefined {
  const given = apiKey !== undefined || apiKeyFile !== undefined;
  const key = context.secret('yubico.apiKey', apiKey, apiKeyFile)?.trim();
  if (clientId === undefined)
    return given ? context.refuse('yubico.clientId', 'must be set with an API key') : undefined;
  if (!given) return context.refuse('yubico.apiKeyFile', 'must be set with a client id, or apiKey');
  if (key === undefined) return undefined;
  try {
    decodeApiKey(key);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    const option = apiKeyFile === undefined ? 'yubico.apiKey' : 'yubico.apiKeyFile';
    for (const { message } of error.issues) context.refuse(option, message);
    return undefined;
  }
  return { clientId, apiKey: key, urls, timeoutMs };
}
