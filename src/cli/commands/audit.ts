import { Command, InvalidArgumentError } from 'commander';
import type { AuditRow } from '../../audit/index.ts';
import { platformTenant } from '../../core/ids.ts';
import type { AuditQuery, Caller, Engine } from '../../engine/engine.ts';
import { auditVerifyCommand } from '../audit/verify-command.ts';
import { chooseCaller, tenantOption } from '../choose-integration.ts';
import { chooseTenant, cliCaller, platformCaller } from '../choose-tenant.ts';
import { chooseUser } from '../choose-user.ts';
import { allPages, formatTime, type ListOptions, listOptions, showList } from '../show-list.ts';
import type { Column } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { withEngine } from '../with-engine.ts';

interface ListAuditOptions extends ListOptions {
  tenant?: string;
  platform?: boolean;
  integration?: string;
  event?: string;
  user?: string;
  from?: number;
  to?: number;
}

const columns: Column<AuditRow>[] = [
  { title: 'at', value: (row) => formatTime(row.at) },
  { title: 'event', value: (row) => row.event },
  { title: 'outcome', value: (row) => row.outcome },
  { title: 'reason', value: (row) => row.reason },
  { title: 'door', value: (row) => row.door },
  { title: 'source', value: (row) => row.source },
  { title: 'about', value: (row) => row.deviceId ?? row.userId ?? row.objectId },
  { title: 'row', value: (row) => row.id },
];

export function auditCommand(terminal: Terminal): Command {
  const command = new Command('audit').description(
    'what was decided and changed, by whom; it cannot be altered unseen',
  );

  listOptions(tenantOption(command.command('list').description('show the trail of a tenant, newest first')))
    .option('--platform', 'of what belongs to the whole installation')
    .option('--event <event>', 'only this, e.g. challenge.answered')
    .option('--user <user>', 'only about this user: name or id')
    .option('-i, --integration <name>', 'whose realm a user name is looked up in; needed when the tenant has several')
    .option('--from <time>', 'ISO 8601, e.g. 2026-01-31T12:00Z', readTime)
    .option('--to <time>', 'ISO 8601', readTime)
    .action(async (options: ListAuditOptions, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const caller = await chooseAuditCaller(engine, options);
        const query = await readQuery(engine, options);
        await showList(
          terminal,
          options,
          columns,
          allPages((page) => engine.audit.query(caller, { ...query, ...page })),
        );
      });
    });

  tenantOption(command.command('export').description('write the whole trail with its signed heads into a file'))
    .argument('<file>', '"-" is standard output')
    .option('--force', 'replace the file')
    .action(async (file: string, options: { tenant?: string; force?: boolean }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const { exportAudit } = await import('../audit/export-audit.ts');
        const caller =
          options.tenant === undefined ? platformCaller : cliCaller((await chooseTenant(engine, options.tenant)).id);
        const onProgress = (rows: number) => terminal.progress?.(`${rows} rows`);
        const written = await exportAudit(engine, caller, file, { replace: options.force === true, onProgress });
        terminal.progress?.('');
        terminal.note(`Exported ${written.rows} rows and ${written.heads} signed heads.`);
      });
    });

  command.addCommand(auditVerifyCommand(terminal));

  command
    .command('heads')
    .description('print the signed heads, a line each; keep them where nobody can change both them and the database')
    .action(async (_options: unknown, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const { formatAuditLine } = await import('../../audit/index.ts');
        for (const head of await engine.audit.heads(platformCaller)) terminal.print(formatAuditLine(head));
      });
    });

  command
    .command('key')
    .description('print the public key that verifies the trail')
    .action(async (_options: unknown, command: Command) => {
      const { readConfig } = await import('../read-config.ts');
      const { readKeyRing } = await import('../read-keys.ts');
      terminal.print(readKeyRing(await readConfig(command)).auditPublicKey.trimEnd());
    });
  return command;
}

async function chooseAuditCaller(engine: Engine, options: ListAuditOptions): Promise<Caller> {
  return cliCaller(options.platform === true ? platformTenant : (await chooseTenant(engine, options.tenant)).id);
}

async function readQuery(engine: Engine, options: ListAuditOptions): Promise<AuditQuery> {
  const { event, user, from, to } = options;
  return {
    ...(event === undefined ? {} : { event }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(user === undefined ? {} : { userId: await readUserId(engine, user, options) }),
  };
}

/** An id is taken as it is: rows outlive the users they are about. */
async function readUserId(engine: Engine, user: string, options: ListAuditOptions): Promise<string> {
  if (/^usr_[0-9a-z]{26}$/.test(user)) return user;
  return (await chooseUser(engine, await chooseCaller(engine, options), user)).id;
}

function readTime(text: string): number {
  const time = /^\d{4}-/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('It has to be a time such as 2026-01-31T12:00:00Z.');
  return time;
}
