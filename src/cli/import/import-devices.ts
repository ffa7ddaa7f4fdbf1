import { CountersignError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import type { Engine, IntegrationCaller, ProvisionOptions } from '../../engine/engine.ts';
import { checkUser } from './check-user.ts';
import { groupByUser, type ImportedUser } from './group-by-user.ts';
import type { ImportLine } from './import-line.ts';

export interface ImportResult {
  users: number;
  devices: number;
  failed: { line: number; problem: string }[];
}

export interface ImportDevicesOptions {
  dryRun: boolean;
  ifUserExists: 'refuse' | 'add';
  /** Configuration of device kinds for all integrations. */
  serverKinds: Readonly<Record<string, JsonObject>>;
  onProgress?: (users: number) => void;
}

/** Makes the devices that the lines describe; what cannot be made is reported by line, and the rest goes on. */
export async function importDevices(
  engine: Engine,
  caller: IntegrationCaller,
  lines: AsyncIterable<ImportLine>,
  options: ImportDevicesOptions,
): Promise<ImportResult> {
  const failed: ImportResult['failed'] = [];
  /** Devices of the users who have more than one, by line. */
  const several = new Map<number, number>();
  let devices = 0;

  async function* count(users: AsyncIterable<ImportedUser>): AsyncGenerator<ImportedUser> {
    for await (const user of users) {
      devices += user.devices.length;
      if (user.devices.length > 1) several.set(user.line, user.devices.length);
      yield user;
    }
  }

  const users = count(groupByUser(lines, (line, problem) => failed.push({ line, problem })));
  const write = options.dryRun ? checkAll : engine.devices.provisionMany.bind(engine.devices, caller);
  const result = await write(toRows(users, options.ifUserExists), options.onProgress);
  for (const { row, message } of result.failed) {
    failed.push({ line: row, problem: message });
    devices -= several.get(row) ?? 1;
  }
  return { users: result.done, devices, failed: failed.sort((a, b) => a.line - b.line) };

  async function checkAll(
    rows: AsyncIterable<ProvisionOptions & { row: number }>,
    onProgress?: (done: number) => void,
  ): Promise<{ done: number; failed: { row: number; message: string }[] }> {
    const refused: { row: number; message: string }[] = [];
    let done = 0;
    for await (const row of rows) {
      try {
        await checkUser(engine, caller, row, options.serverKinds);
        done += 1;
        if (done % 500 === 0) onProgress?.(done);
      } catch (error) {
        if (!(error instanceof CountersignError) || error.status >= 500) throw error;
        const issues = error.issues.map(({ path, message }) => `${path} ${message}`);
        refused.push({ row: row.row, message: issues.length > 0 ? issues.join('; ') : error.message });
      }
    }
    return { done, failed: refused };
  }
}

async function* toRows(
  users: AsyncIterable<ImportedUser>,
  ifUserExists: 'refuse' | 'add',
): AsyncGenerator<ProvisionOptions & { row: number }> {
  for await (const { line, user, devices } of users) {
    yield { row: line, user, ifUserExists, devices: devices.map(({ kind, options }) => ({ kind, options })) };
  }
}
