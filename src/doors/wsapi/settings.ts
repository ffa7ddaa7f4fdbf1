import { z } from 'zod';
import { CountersignError } from '../../core/errors.ts';
import { fieldIssues } from '../../core/field-issues.ts';
import type { JsonObject } from '../../core/model.ts';
import { doorName } from './door-name.ts';

/** What an integration sets at this door. */
export const wsapiSettings = z.strictObject({
  unsigned: z
    .boolean()
    .default(false)
    .describe('Take requests without a signature, too. Only where the network keeps strangers away.'),
  keyGeneration: z.int().min(1).max(1_000_000).default(1).describe('Which API key is good. One more makes a new key.'),
  previousKey: z
    .boolean()
    .default(false)
    .describe('Take the API key of the generation before, too, while clients are changed.'),
});

export type WsapiSettings = z.output<typeof wsapiSettings>;

/** What the key of an integration at this door is derived for. */
export const apiKeyPurpose = doorName;

/** @throws CountersignError `misconfigured` when what the integration has set cannot be understood */
export function readWsapiSettings(written: JsonObject): WsapiSettings {
  const settings = wsapiSettings.safeParse(written);
  if (settings.success) return settings.data;
  const issues = fieldIssues(settings.error, 'doors', doorName);
  const detail = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new CountersignError('misconfigured', { issues, detail });
}
