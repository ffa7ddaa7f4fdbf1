import { Command } from 'commander';
import { CountersignError } from '../../core/errors.ts';
import { platformTenant } from '../../core/ids.ts';
import type { Administrator } from '../../core/model.ts';
import type { Caller, Engine } from '../../engine/engine.ts';
import { tenantOption } from '../choose-integration.ts';
import { chooseTenant, cliCaller } from '../choose-tenant.ts';
import { readNewPassword } from '../read-new-password.ts';
import { formatTime, type ListOptions, listOptions, showList, showOne } from '../show-list.ts';
import { printable, type Terminal } from '../terminal.ts';
import { withEngine } from '../with-engine.ts';

interface AdminScope {
  tenant?: string;
  platform?: boolean;
  json?: boolean;
}

interface PasswordSource {
  passwordFile?: string;
}

export function adminsCommand(terminal: Terminal): Command {
  const command = new Command('admins').description('people who administer a tenant, or the whole installation');
  const scoped = (verb: string, description: string) =>
    tenantOption(command.command(verb).description(description)).option('--platform', 'of the whole installation');

  listOptions(scoped('list', 'list them')).action(async (options: ListOptions & AdminScope, command: Command) => {
    await withEngine(command, async ({ engine }) => {
      await showList(
        terminal,
        options,
        [
          { title: 'login', value: (admin) => admin.login },
          { title: 'name', value: (admin) => `${admin.firstName} ${admin.lastName}` },
          { title: 'e-mail', value: (admin) => admin.email },
          { title: 'state', value: (admin) => (admin.active ? 'active' : 'inactive') },
          { title: 'created', value: (admin) => formatTime(admin.createdAt) },
          { title: 'id', value: (admin) => admin.id },
        ],
        await engine.administrators.list(await chooseAdminCaller(engine, options)),
      );
    });
  });

  const withPassword = (verb: string, description: string) =>
    scoped(verb, `${description}; the password is asked for, or comes by pipe`).option(
      '--password-file <file>',
      'read it from a file instead',
    );

  withPassword('create', 'make one')
    .requiredOption('--email <address>')
    .requiredOption('--first-name <name>')
    .requiredOption('--last-name <name>')
    .option('--login <login>', 'default: the e-mail address')
    .option('--json', 'print JSON')
    .action(
      async (
        options: AdminScope & PasswordSource & { email: string; firstName: string; lastName: string; login?: string },
        command: Command,
      ) => {
        const { email, firstName, lastName, login } = options;
        const password = await readNewPassword(options.passwordFile);
        const person = { email, firstName, lastName, password, ...(login === undefined ? {} : { login }) };
        await withEngine(command, async ({ engine }) => {
          const caller = await chooseAdminCaller(engine, options);
          showOne(terminal, options, await engine.administrators.create(caller, person));
        });
      },
    );

  scoped('token', 'make a bearer token for one; it is not shown again')
    .argument('<login>', 'login or id')
    .option('--json', 'print JSON')
    .action(async (login: string, options: AdminScope, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const caller = await chooseAdminCaller(engine, options);
        const admin = await chooseAdmin(engine, caller, login);
        const { token } = await engine.administrators.issueToken(caller, admin.id);
        if (options.json === true) showOne(terminal, options, { administrator: admin.id, token });
        else terminal.print(token);
      });
    });

  for (const [verb, active, description] of [
    ['disable', false, 'let one in nowhere, from now on; ends all of his tokens'],
    ['enable', true, 'let one in again'],
  ] as const) {
    scoped(verb, description)
      .argument('<login>', 'login or id')
      .action(async (login: string, options: AdminScope, command: Command) => {
        await withEngine(command, async ({ engine }) => {
          const caller = await chooseAdminCaller(engine, options);
          const admin = await chooseAdmin(engine, caller, login);
          await engine.administrators.setActive(caller, admin.id, active);
          terminal.note(`The administrator ${printable(admin.login)} is ${active ? 'enabled' : 'disabled'}.`);
        });
      });
  }

  withPassword('set-password', 'give one another password, which ends all of his tokens')
    .argument('<login>', 'login or id')
    .action(async (login: string, options: AdminScope & PasswordSource, command: Command) => {
      const password = await readNewPassword(options.passwordFile);
      await withEngine(command, async ({ engine }) => {
        const caller = await chooseAdminCaller(engine, options);
        const admin = await chooseAdmin(engine, caller, login);
        await engine.administrators.setPassword(caller, admin.id, password);
        terminal.note(`The administrator ${printable(admin.login)} has a new password, and no tokens.`);
      });
    });

  scoped('revoke-tokens', 'end all bearer tokens of one')
    .argument('<login>', 'login or id')
    .action(async (login: string, options: AdminScope, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const caller = await chooseAdminCaller(engine, options);
        const admin = await chooseAdmin(engine, caller, login);
        await engine.administrators.revokeTokens(caller, admin.id);
        terminal.note(`The administrator ${printable(admin.login)} has no tokens.`);
      });
    });
  return command;
}

/** @throws CountersignError `not_found` */
async function chooseAdmin(engine: Engine, caller: Caller, loginOrId: string): Promise<Administrator> {
  const admins = await engine.administrators.list(caller);
  const admin = admins.find((each) => each.login === loginOrId || each.id === loginOrId);
  if (admin !== undefined) return admin;
  throw new CountersignError('not_found', {
    issues: [{ path: 'login', message: `no administrator is called ${loginOrId}; see "countersign admins list"` }],
  });
}

async function chooseAdminCaller(engine: Engine, options: AdminScope): Promise<Caller> {
  return cliCaller(options.platform === true ? platformTenant : (await chooseTenant(engine, options.tenant)).id);
}
