import { type Clock, systemClock } from '../core/clock.ts';
import type { Engine } from '../engine/index.ts';
import type { Config } from './config/config.ts';
import { examineConfig } from './doctor/examine-config.ts';
import { examineEngine } from './doctor/examine-engine.ts';
import { examineFiles } from './doctor/examine-files.ts';
import type { Finding } from './doctor/finding.ts';
import { examineMachine } from './doctor/examine-machine.ts';

export type { Finding } from './doctor/finding.ts';

export interface DiagnoseOptions {
  config: Config;
  /** Left out: what is in the database is not looked at. */
  engine?: Engine;
  /** Default: the machine's clock. */
  clock?: Clock;
  /** Default: that of this process. */
  nodeVersion?: string;
}

const order: readonly Finding['level'][] = ['danger', 'warning', 'ok'];

/** What is unsafe about an installation, worst first, each with the fix; changes nothing. */
export async function diagnose(options: DiagnoseOptions): Promise<Finding[]> {
  const { config, engine, clock = systemClock, nodeVersion = process.versions.node } = options;
  const findings = [
    ...examineConfig(config),
    ...examineFiles(config, clock.now()),
    ...examineMachine(config, clock.now(), nodeVersion),
    ...(engine === undefined ? [] : await examineEngine(engine, config)),
  ];
  return findings.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
}
