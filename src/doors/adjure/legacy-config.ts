import { parse } from 'yaml';
import { z } from 'zod';
import { CountersignError } from '../../core/errors.ts';
import { toFieldIssues } from '../../http/validate.ts';
import { type AdjureSettings, adjureSettings, slidingWindows } from './settings.ts';

/** The settings that an Adjure configuration file can hold. */
export type AdjureDefaults = Pick<
  AdjureSettings,
  'keyLength' | 'keyValidDuration' | 'hashAlgorithm' | 'slidingWindows'
>;

const { keyLength, keyValidDuration, hashAlgorithm } = adjureSettings.shape;

// Keys that are not named here are passed over, as Adjure does: its files also say where to log and to listen.
const configFile = z.object({
  sliding_windows: slidingWindows.default(1),
  auth: z
    .object({
      key_length: keyLength,
      key_valid_duration: keyValidDuration,
      hash_algorithm: hashAlgorithm,
      sliding_windows: slidingWindows.optional(),
    })
    .prefault({}),
});

/**
 * Reads the YAML file of an Adjure installation. `auth.sliding_windows` counts before `sliding_windows`, which is the only
 * one of the two that Adjure reads.
 *
 * @throws CountersignError `misconfigured`, naming every value that is not allowed
 */
export function parseAdjureConfig(yamlText: string): AdjureDefaults {
  const result = configFile.safeParse(readYaml(yamlText) ?? {});
  if (!result.success) {
    const issues = toFieldIssues(result.error);
    const detail = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
    throw new CountersignError('misconfigured', { detail: `the Adjure configuration: ${detail}`, issues });
  }
  const { auth, sliding_windows: topLevelWindows } = result.data;
  return {
    keyLength: auth.key_length,
    keyValidDuration: auth.key_valid_duration,
    hashAlgorithm: auth.hash_algorithm,
    slidingWindows: auth.sliding_windows ?? topLevelWindows,
  };
}

function readYaml(text: string): unknown {
  try {
    // Adjure reads YAML 1.1, where 010 is eight.
    return parse(text, { version: '1.1', logLevel: 'error' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CountersignError('misconfigured', { detail: `the Adjure configuration is not YAML: ${reason}` });
  }
}
