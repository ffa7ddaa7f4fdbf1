import type { Config } from '../config/config.ts';
import { statSync } from 'node:fs';
import { danger, type Finding, ok, warning } from './finding.ts';

/** When this version was made: a clock that stands before is wrong. */
const released = Date.UTC(2026, 10, 1);

/** The clock, and the version of Node. */
export function examineMachine({ dataDir }: Config, now: number, nodeVersion: string): Finding[] {
  return [examineClock(dataDir, now), examineNode(nodeVersion)];
}

function examineClock(dataDir: string, now: number): Finding {
  const written = statSync(dataDir, { throwIfNoEntry: false })?.mtimeMs ?? released;
  return now < released || written > now + 60_000
    ? danger(
        `the clock says ${new Date(now).toISOString()}, which cannot be`,
        'Set the clock (NTP): codes are judged by it.',
      )
    : ok('the clock is plausible');
}

function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) return danger(`Node ${version} is too old`, 'Use Node 24.');
  if (major < 22) return warning(`Node ${version} gets no security fixes any more`, 'Use Node 24.');
  return ok(`Node ${version}`);
}
