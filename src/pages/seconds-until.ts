import type { PageParts } from './parts.ts';

/** Whole seconds until a time; 0 when it has come, or is not set. */
export function secondsUntil({ parts }: { parts: Pick<PageParts, 'clock'> }, time: number | undefined): number {
  return Math.max(0, Math.ceil(((time ?? 0) - parts.clock.now()) / 1000));
}
