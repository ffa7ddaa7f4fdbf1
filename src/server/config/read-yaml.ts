import { parse, YAMLParseError } from 'yaml';
import type { FieldIssue } from '../../core/errors.ts';
import { isMapping } from './environment.ts';

/** The options in a configuration file. Never quotes the text, which may hold passwords. */
export function readYaml(text: string, name: string): { options: Record<string, unknown>; issues: FieldIssue[] } {
  let value: unknown;
  try {
    value = parse(text, { logLevel: 'error', prettyErrors: true, uniqueKeys: true, stringKeys: true });
  } catch (error) {
    return { options: {}, issues: [{ path: name, message: `is not YAML${whereOf(error)}` }] };
  }
  if (value === null || value === undefined) return { options: {}, issues: [] };
  if (!isMapping(value)) return { options: {}, issues: [{ path: name, message: 'must be a mapping of options' }] };
  return { options: withoutNulls(value), issues: [] };
}

function whereOf(error: unknown): string {
  const place = error instanceof YAMLParseError ? error.linePos?.[0] : undefined;
  return place === undefined ? '' : ` (look at line ${place.line}, column ${place.col})`;
}

/** `mail:` with every line below it commented out is an empty section, not a mistake. */
function withoutNulls(options: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(options).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [name, isMapping(value) ? withoutNulls(value) : value]));
}
