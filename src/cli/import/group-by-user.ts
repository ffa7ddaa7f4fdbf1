import type { ImportedDevice, ImportLine } from './import-line.ts';

/** The devices of one user, and the line of the first of them. */
export interface ImportedUser {
  line: number;
  user: string;
  devices: ImportedDevice[];
}

/**
 * Puts devices together whose lines follow one another and name the same user, so that a user comes in whole or not at
 * all. A user who comes again later is a problem: whether he was there before the import could not be told any more.
 */
export async function* groupByUser(
  lines: AsyncIterable<ImportLine>,
  report: (line: number, problem: string) => void,
): AsyncGenerator<ImportedUser> {
  const seen = new Map<string, number>();
  let current: ImportedUser | undefined;
  for await (const each of lines) {
    if ('problem' in each) {
      report(each.line, each.problem);
      continue;
    }
    const { line, device } = each;
    const before = seen.get(device.user);
    if (current !== undefined && device.user === current.user) {
      current.devices.push(device);
    } else if (before !== undefined) {
      report(line, `user: ${device.user} stood in line ${before} already; put the lines of a user together`);
    } else {
      if (current !== undefined) yield current;
      seen.set(device.user, line);
      current = { line, user: device.user, devices: [device] };
    }
  }
  if (current !== undefined) yield current;
}
