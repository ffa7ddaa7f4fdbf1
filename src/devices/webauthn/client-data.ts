import { z } from 'zod';
import type { WebauthnConfiguration } from './configuration.ts';

/** What the browser says about the ceremony (WebAuthn §5.8.1); what it says besides is nobody's business. */
const clientData = z.object({
  type: z.string(),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
  topOrigin: z.string().optional(),
});

export type ClientDataRefusal = 'malformed' | 'wrong' | 'wrong_origin';

/**
 * Judges what the browser says (WebAuthn §7.1 steps 7 to 11, §7.2 steps 11 to 15): origins are compared as they are written, whole.
 * Undefined: nothing is wrong with it.
 */
export function refuseClientData(
  json: string,
  expected: { type: 'webauthn.create' | 'webauthn.get'; challenge: string },
  { origins, topOrigins }: Pick<WebauthnConfiguration, 'origins' | 'topOrigins'>,
): ClientDataRefusal | undefined {
  const said = readClientData(json);
  if (said === undefined) return 'malformed';
  if (said.type !== expected.type || said.challenge !== expected.challenge) return 'wrong';
  if (!origins.includes(said.origin)) return 'wrong_origin';
  // Safari tells of a frame without saying in whose page it is, so that its absence refuses nobody who is allowed frames at all.
  if (said.crossOrigin === true && topOrigins.length === 0) return 'wrong_origin';
  if (said.topOrigin === undefined) return undefined;
  return said.crossOrigin === true && topOrigins.includes(said.topOrigin) ? undefined : 'wrong_origin';
}

function readClientData(json: string): z.output<typeof clientData> | undefined {
  try {
    // The decoder takes a byte order mark away and refuses what is not UTF-8 (§5.8.1.1).
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(json, 'base64url'));
    return clientData.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
