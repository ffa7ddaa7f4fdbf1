import { CountersignError } from '../core/errors.ts';
import { printable, type Terminal } from './terminal.ts';

/** Says on stderr why a command failed: one line, then every field that is wrong and how to mend it. */
export function reportError(error: unknown, terminal: Terminal): void {
  if (error instanceof CountersignError) {
    terminal.note(`error: ${error.message} [${error.code}]`);
    for (const { path, message } of error.issues) {
      terminal.note(`  ${printable(path === '' ? message : `${path}: ${message}`)}`);
    }
    if (error.issues.length === 0 && error.detail !== undefined) terminal.note(`  ${printable(error.detail)}`);
    return;
  }
  const system = systemText(error);
  terminal.note(system === undefined ? `error: ${describe(error)} [internal]` : `error: ${system}`);
}

/** What the operating system says, e.g. that there is no such file, is clear as it is. */
function systemText(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return `${printable(error.message)} [${String(error.code)}]`;
}

/** A fault of the program: whoever reports it needs the place, too. */
function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
