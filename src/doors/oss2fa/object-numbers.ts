import { CountersignError } from '../../core/errors.ts';
import type { Caller, Engine } from '../../engine/engine.ts';

/** Everything that has an integer on this wire. */
export type NumberedType =
  'tenant' | 'integration' | 'user' | 'device' | 'device-kind' | 'device-selection' | 'enrollment' | 'challenge';

/** The integer of an object; made when it is asked for the first time. */
export async function numberOf(engine: Engine, caller: Caller, type: NumberedType, id: string): Promise<number> {
  const [number] = await numbersOf(engine, caller, type, [id]);
  if (number === undefined) throw new CountersignError('internal', { detail: `no number for ${type} ${id}` });
  return number;
}

/** The integers of several objects, in their order. */
export async function numbersOf(
  engine: Engine,
  caller: Caller,
  type: NumberedType,
  ids: readonly string[],
): Promise<number[]> {
  return ids.length === 0 ? [] : engine.numbers.assign(caller, type, ids);
}

/** The id that has this integer. @throws CountersignError `not_found` */
export async function idOf(engine: Engine, caller: Caller, type: NumberedType, number: number): Promise<string> {
  const id = Number.isSafeInteger(number) ? await engine.numbers.resolve(caller, type, number) : undefined;
  if (id === undefined) throw new CountersignError('not_found', { detail: `${type} ${number}` });
  return id;
}
