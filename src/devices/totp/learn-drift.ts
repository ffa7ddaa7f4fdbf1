import type { TotpCounters } from './state.ts';

/**
 * What an accepted code says about the device's clock (RFC 6238 §6). The window moves by one step at most, within
 * ±`maxDrift`, and only when two codes in a row were off to the same side: one code that was typed slowly is no drift.
 *
 * @param offset Steps between our clock and the accepted code.
 */
export function learnDrift(
  { drift, lean }: Pick<TotpCounters, 'drift' | 'lean'>,
  offset: number,
  maxDrift: number,
): Pick<TotpCounters, 'drift' | 'lean'> {
  const side = Math.sign(offset - drift);
  const moved = side === lean ? drift + side : drift;
  return { drift: Math.min(Math.max(moved, -maxDrift), maxDrift), lean: side };
}
