import { Command } from 'commander';
import { allTenants, chooseTenant, platformCaller } from '../choose-tenant.ts';
import { formatTime, type ListOptions, listOptions, showList, showOne } from '../show-list.ts';
import type { Terminal } from '../terminal.ts';
import { withEngine } from '../with-engine.ts';

export function tenantsCommand(terminal: Terminal): Command {
  const command = new Command('tenants').description('organisations; every integration and user belongs to one');

  listOptions(command.command('list').description('list them')).action(
    async (options: ListOptions, command: Command) => {
      await withEngine(command, ({ engine }) =>
        showList(
          terminal,
          options,
          [
            { title: 'name', value: (tenant) => tenant.name },
            { title: 'state', value: (tenant) => (tenant.active ? 'enabled' : 'disabled') },
            { title: 'created', value: (tenant) => formatTime(tenant.createdAt) },
            { title: 'id', value: (tenant) => tenant.id },
          ],
          allTenants(engine),
        ),
      );
    },
  );

  command
    .command('create')
    .description('make a tenant')
    .argument('<name>')
    .option('--json', 'print JSON')
    .action(async (name: string, options: { json?: boolean }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        showOne(terminal, options, (await engine.tenants.create(platformCaller, { name })).tenant);
      });
    });

  for (const [verb, active, description] of [
    ['disable', false, 'refuse everything that its integrations ask'],
    ['enable', true, 'serve it again'],
  ] as const) {
    command
      .command(verb)
      .description(description)
      .argument('<tenant>', 'name or id')
      .action(async (nameOrId: string, _options: unknown, command: Command) => {
        await withEngine(command, async ({ engine }) => {
          const tenant = await chooseTenant(engine, nameOrId);
          await engine.tenants.setActive(platformCaller, tenant.id, active);
          terminal.note(`The tenant ${tenant.name} is ${active ? 'enabled' : 'disabled'}.`);
        });
      });
  }
  return command;
}
