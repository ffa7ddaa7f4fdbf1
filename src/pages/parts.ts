import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { Engine } from '../engine/engine.ts';
import type { Assets } from './frame/assets.ts';

/** What every page is made with. */
export interface PageParts {
  engine: Engine;
  clock: Clock;
  random: Random;
  assets: Assets;
  /** How browsers reach this server, without a slash at the end. Known once the listeners are open. */
  publicUrl: () => string;
  /** The key with which browsers subscribe to Web Push; undefined where they are not woken. */
  pushKey: (() => string) | undefined;
  /** Hears of what went wrong without being a refusal. */
  report: (error: unknown) => void;
}
