import { z } from 'zod';
import { CountersignError, invalidParameter } from '../core/errors.ts';
import { fieldIssues } from '../core/field-issues.ts';
import type { JsonObject } from '../core/model.ts';
import { type Policy, policySchema, type PolicyOptions } from '../core/policy/policy.ts';
import type { EngineParts } from './parts.ts';

export function parsePolicy(policy: PolicyOptions): Policy {
  const parsed = policySchema.safeParse(policy);
  if (parsed.success) return parsed.data;
  throw new CountersignError('invalid_parameters', { issues: fieldIssues(parsed.error, 'policy') });
}

/** Every configured kind exists, and its configuration is one the kind understands. */
export function checkKinds(parts: EngineParts, kinds: Record<string, JsonObject>): Record<string, JsonObject> {
  const issues = Object.entries(kinds).flatMap(([name, configuration]) => {
    const kind = parts.kinds.get(name);
    if (kind === undefined) return [{ path: `kinds.${name}`, message: 'is not a device kind of this server' }];
    const parsed = kind.configuration.safeParse({ ...parts.serverKinds[name], ...configuration });
    return parsed.success ? [] : fieldIssues(parsed.error, 'kinds', name);
  });
  if (issues.length > 0) throw new CountersignError('invalid_parameters', { issues });
  return kinds;
}

export function checkText(path: string, text: string): string {
  if (text.length <= 2000 && text.isWellFormed() && !text.includes('\0')) return text;
  throw invalidParameter(path, 'must have at most 2000 characters');
}

const endpoint = z.url({ protocol: /^https?$/ }).max(500);

export function checkEndpoint(text: string): string {
  if (text === '' || endpoint.safeParse(text).success) return text;
  throw invalidParameter('endpoint', 'must be an http or https URL, or empty');
}
