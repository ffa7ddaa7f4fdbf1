import { Command } from 'commander';
import { CountersignError } from '../../core/errors.ts';
import type { Finding } from '../../server/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { readConfig } from '../read-config.ts';
import { toJson } from '../show-list.ts';
import { printable, type Terminal } from '../terminal.ts';
import { withEngine } from '../with-engine.ts';

const marks: Readonly<Record<Finding['level'], string>> = { danger: 'DANGER ', warning: 'warning', ok: 'ok     ' };

export function doctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .description(
      'tell what is unsafe about this installation, and how to mend it; the exit code is 1 when something is',
    )
    .option('--json', 'print JSON: an array of findings')
    .action(async (options: { json?: boolean }, command: Command) => {
      const findings = await examine(command);
      if (options.json === true) terminal.print(toJson(findings));
      else {
        for (const { level, what, fix } of findings) {
          terminal.print(`${marks[level]}  ${printable(what)}`);
          if (fix !== '') terminal.print(`         ${printable(fix)}`);
        }
      }
      if (findings.some(({ level }) => level === 'danger')) throw new CommandFailure();
    });
}

/** Where the database cannot be opened, the rest is looked at all the same. */
async function examine(command: Command): Promise<Finding[]> {
  const config = await readConfig(command);
  const { diagnose } = await import('../../server/index.ts');
  try {
    return await withEngine(command, ({ engine }) => diagnose({ config, engine }));
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    const reason = error.issues[0]?.message ?? error.detail ?? error.message;
    const closed: Finding = { level: 'danger', what: 'the database cannot be opened', fix: reason };
    return [closed, ...(await diagnose({ config }))];
  }
}
