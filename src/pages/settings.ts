import { z } from 'zod';
import { CountersignError } from '../core/errors.ts';
import { fieldIssues } from '../core/field-issues.ts';
import { portalDoor } from '../engine/portal-tickets.ts';

const longestUrl = 2000;

/**
 * The address where a browser may be sent with a result: an http(s) URL, spelled exactly as browsers spell it, so that the string that is
 * compared is the one that is followed.
 */
const returnUrl = z
  .string()
  .max(longestUrl)
  .refine(isPlainUrl, 'must be an http or https URL as browsers spell it, without user, password and fragment');

const frameAncestor = z
  .string()
  .max(longestUrl)
  .refine(
    (text) => isPlainUrl(`${text}/`) && new URL(text).origin === text,
    'must be an origin like https://app.example.org',
  );

/** What an integration sets for the hosted pages, every default filled in. */
export const portalSettings = z.strictObject({
  returnUrls: z
    .array(returnUrl)
    .max(100)
    .default([])
    .describe('Where a page may send the browser when it is done. Compared as a whole, character by character.'),
  frameAncestors: z
    .array(frameAncestor)
    .max(20)
    .default([])
    .describe('Origins whose pages may embed ours. Left out: nobody.'),
});

export type PortalSettings = z.output<typeof portalSettings>;

/**
 * The settings of an integration for this door. What does not hold (stored by hand) counts as not set: nothing may be embedded, and
 * nobody is sent anywhere.
 */
export function readPortalSettings(stored: unknown): PortalSettings {
  const parsed = portalSettings.safeParse(stored ?? {});
  return parsed.success ? parsed.data : { returnUrls: [], frameAncestors: [] };
}

/**
 * Refuses settings of this door that do not hold, before they are stored.
 *
 * @param doors the doors of an integration, each with its settings
 * @throws CountersignError `invalid_parameters`
 */
export function checkPortalSettings(doors: Readonly<Record<string, unknown>> | undefined): void {
  const parsed = portalSettings.safeParse(doors?.[portalDoor] ?? {});
  if (parsed.success) return;
  const issues = fieldIssues(parsed.error, 'doors', portalDoor);
  throw new CountersignError('invalid_parameters', {
    issues,
    detail: issues.map(({ path, message }) => `${path}: ${message}`).join('; '),
  });
}

function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  // Hosts may hold more than names do, e.g. what ends a directive of a policy.
  const plain = /^https?:\/\/[a-z0-9.:[\]-]+$/.test(url.origin);
  return plain && url.href === text && url.username === '' && url.password === '' && !text.includes('#');
}
