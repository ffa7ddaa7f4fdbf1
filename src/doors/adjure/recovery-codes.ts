import { z } from 'zod';
import type { JsonObject } from '../../core/model.ts';
import type { NewDevice } from '../../engine/engine.ts';

/** The recovery codes Adjure hands out: ten random UUIDs, written as 32 hexadecimal digits. */
export const recoveryCodeOptions: JsonObject = { format: 'uuid', count: 10 };

const shownCodes = z.object({ codes: z.array(z.string()) });

/** The codes of a device in the one answer that shows them. */
export function readShownCodes(devices: readonly NewDevice[]): string[] {
  return shownCodes.parse(devices.find(({ device }) => device.kind === 'recovery-codes')?.shown).codes;
}
