import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';
import { lineSchema } from '../../core/line-schema.ts';

const domain = z
  .string()
  .max(253)
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be a domain in lower case without scheme and port, e.g. example.org',
  )
  .refine((text) => isIP(text) === 0, 'must be a domain: WebAuthn knows no addresses');

const origin = z
  .string()
  .max(512)
  .refine(
    isOrigin,
    'must be an origin as browsers write it, e.g. https://login.example.org, http only for localhost, or android:apk-key-hash:…',
  );

const appId = z
  .string()
  .max(512)
  .refine(
    (text) => URL.canParse(text) && text.startsWith('https://'),
    'must be the https:// URL with which the old U2F API was called',
  );

const certificate = z.string().max(20_000).refine(isCertificate, 'must be one certificate (PEM)');

/** Where passkeys and security keys are used, and what is demanded of them. */
export const webauthnConfiguration = z
  .strictObject({
    rpId: domain
      .optional()
      .describe('The domain that credentials belong to, for good. Left out: the host of the first origin.'),
    rpName: lineSchema(64).default('Countersign').describe('Who asks, as browsers may show it.'),
    origins: z
      .array(origin)
      .min(1)
      .max(20)
      .default(['http://localhost:8300'])
      .describe(
        'Origins of the pages that ask. Those outside of `rpId` are related origins. The server adds its own when this is left out.',
      ),
    topOrigins: z
      .array(origin)
      .max(20)
      .default([])
      .describe('Origins of pages that may show ours in a frame while they ask. Empty: no frames.'),
    appId: appId
      .optional()
      .describe('AppID of keys that were registered with the old FIDO U2F API, to take them over.'),
    userVerification: z
      .enum(['required', 'preferred', 'discouraged'])
      .default('preferred')
      .describe(
        'Whether the authenticator has to check a PIN or a finger. A policy of two factors always requires it.',
      ),
    residentKey: z
      .enum(['required', 'preferred', 'discouraged'])
      .default('preferred')
      .describe('Whether the authenticator keeps the credential itself, as sign-in without a name needs it.'),
    attestation: z
      .enum(['none', 'indirect', 'direct', 'enterprise'])
      .default('none')
      .describe('What is asked about the make of the authenticator. Rules about makes ask for `direct`.'),
    attestationRoots: z
      .array(certificate)
      .max(200)
      .default([])
      .describe('Certificates (PEM) of the makers whose attestations are believed.'),
  })
  .superRefine((config, context) => {
    const host = rpIdOf(config);
    if (!domain.safeParse(host).success) {
      context.addIssue({ code: 'custom', path: ['origins', 0], message: 'has no domain: set rpId' });
    } else if (!config.origins.some((text) => belongsTo(host, text))) {
      context.addIssue({
        code: 'custom',
        path: ['origins'],
        message: `must have one at ${host} or below it, which is the rpId`,
      });
    }
  });

export type WebauthnConfiguration = z.output<typeof webauthnConfiguration>;

/** The domain that the credentials belong to. */
export function rpIdOf({ rpId, origins }: Pick<WebauthnConfiguration, 'rpId' | 'origins'>): string {
  const [first = ''] = origins;
  return rpId ?? (URL.canParse(first) ? new URL(first).hostname : '');
}

/** Whether the pages of an origin may use the domain without being related to it. */
function belongsTo(rpId: string, text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname } = new URL(text);
  return hostname === rpId || hostname.endsWith(`.${rpId}`);
}

function isOrigin(text: string): boolean {
  if (/^android:apk-key-hash:[\w-]{43}$/.test(text)) return true;
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.origin !== text || url.hostname.includes('*')) return false;
  const local = url.hostname === 'localhost' || url.hostname.endsWith('.localhost');
  return url.protocol === 'https:' || (url.protocol === 'http:' && local);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
