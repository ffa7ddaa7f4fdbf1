import { Command } from 'commander';
import { CountersignError } from '../../core/errors.ts';
import { platformTenant } from '../../core/ids.ts';
import type { Caller, Engine } from '../../engine/engine.ts';
import { tenantOption } from '../choose-integration.ts';
import { chooseTenant, cliCaller } from '../choose-tenant.ts';
import { readSecretInput } from '../read-input.ts';
import { formatTime, type ListOptions, listOptions, showList, showOne } from '../show-list.ts';
import type { Terminal } from '../terminal.ts';
import { withEngine } from '../with-engine.ts';

interface AdminScope {
  tenant?: string;
  platform?: boolean;
  json?: boolean;
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

  scoped('create', 'make one; the password is read from standard input')
    .requiredOption('--email <address>')
    .requiredOption('--first-name <name>')
    .requiredOption('--last-name <name>')
    .option('--login <login>', 'default: the e-mail address')
    .option('--json', 'print JSON')
    .action(
      async (
        options: AdminScope & { email: string; firstName: string; lastName: string; login?: string },
        command: Command,
      ) => {
        const { email, firstName, lastName, login } = options;
        const password = await readSecretInput();
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
        const admins = await engine.administrators.list(caller);
        const admin = admins.find((each) => each.login === login || each.id === login);
        if (admin === undefined) {
          throw new CountersignError('not_found', {
            issues: [{ path: 'login', message: `no administrator is called ${login}; see "countersign admins list"` }],
          });
        }
        const { token } = await engine.administrators.issueToken(caller, admin.id);
        if (options.json === true) showOne(terminal, options, { administrator: admin.id, token });
        else terminal.print(token);
      });
    });
  return command;
}

async function chooseAdminCaller(engine: Engine, options: AdminScope): Promise<Caller> {
  return cliCaller(options.platform === true ? platformTenant : (await chooseTenant(engine, options.tenant)).id);
}
