import type { Device, JsonObject } from '../../core/model.ts';
import type { Caller, Engine } from '../../engine/engine.ts';
import { numbersOf } from './object-numbers.ts';
import { listWireKinds, showKind } from './wire-kinds.ts';

/** Devices as the wire shows them. One whose kind this server does not know (any more) is left out. */
export async function showDevices(engine: Engine, caller: Caller, devices: readonly Device[]): Promise<JsonObject[]> {
  const kinds = await listWireKinds(engine);
  const numbers = await numbersOf(
    engine,
    caller,
    'device',
    devices.map(({ id }) => id),
  );
  return devices.flatMap(({ kind, name }, index) => {
    const wireKind = kinds.find((wireKind) => wireKind.kind === kind);
    return wireKind === undefined ? [] : [{ pk: numbers[index] ?? 0, kind: showKind(wireKind), name }];
  });
}
