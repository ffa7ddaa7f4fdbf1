import { z } from 'zod';
import { yubicloudUrl } from '../../delivery/index.ts';

/** Which servers validate YubiKeys whose AES key is not here. */
export const yubicoSchema = z.strictObject({
  clientId: z
    .int()
    .min(1)
    .max(9_999_999_999)
    .optional()
    .describe('Number of this server as a client there. Left out: only YubiKeys whose AES key is here can be used.'),
  apiKey: z.string().min(1).optional().describe('API key of that client, in base64; better in a file.'),
  apiKeyFile: z
    .string()
    .min(1, 'must be the name of a file or folder')
    .max(4096)
    .optional()
    .describe('File that holds the API key.'),
  urls: z
    .array(
      z
        .string()
        .refine(
          (text) => /^https?:\/\/[^\s?#@]+$/.test(text) && URL.canParse(text),
          'must be an http:// or https:// URL without user, query or fragment',
        ),
    )
    .min(1)
    .max(10)
    .default([yubicloudUrl])
    .describe('The servers. All are asked at the same time, and the first answer that they have signed counts.'),
  timeoutMs: z.int().min(1).max(600_000).default(5000).describe('How long an answer may take.'),
});

export type ParsedYubico = z.output<typeof yubicoSchema>;
