import { Argument, Command } from 'commander';
import { type TenantSettingName, tenantSettingNames } from '../../core/settings/tenant-settings.ts';
import { tenantOption } from '../choose-integration.ts';
import { chooseTenant, cliCaller } from '../choose-tenant.ts';
import { readObjectFile } from '../read-object-file.ts';
import type { Terminal } from '../terminal.ts';
import { withEngine } from '../with-engine.ts';

interface SettingOptions {
  tenant?: string;
}

export function settingsCommand(terminal: Terminal): Command {
  const command = new Command('settings').description('what holds for a whole tenant: theme, templates');
  const one = (verb: string, description: string) =>
    tenantOption(command.command(verb).description(description)).addArgument(
      new Argument('<setting>').choices(tenantSettingNames),
    );

  one('show', 'print a setting as JSON').action((name: TenantSettingName, options: SettingOptions, command: Command) =>
    withEngine(command, async ({ engine }) => {
      const tenant = await chooseTenant(engine, options.tenant);
      terminal.print(JSON.stringify((await engine.settings.get(tenant.id, name)) ?? {}, undefined, 2));
    }),
  );

  one('set', 'set a setting from a file; replaces the whole of it')
    .argument('<file>', 'YAML or JSON')
    .action(async (name: TenantSettingName, file: string, options: SettingOptions, command: Command) => {
      const value = await readObjectFile('<file>', file);
      await withEngine(command, async ({ engine }) => {
        const tenant = await chooseTenant(engine, options.tenant);
        // The engine checks it against the schema of the setting.
        await engine.settings.set(cliCaller(tenant.id), name, value);
        terminal.note(`The setting ${name} of ${tenant.name} is set.`);
      });
    });

  one('remove', 'take a setting away').action((name: TenantSettingName, options: SettingOptions, command: Command) =>
    withEngine(command, async ({ engine }) => {
      const tenant = await chooseTenant(engine, options.tenant);
      await engine.settings.set(cliCaller(tenant.id), name, undefined);
      terminal.note(`The setting ${name} of ${tenant.name} is removed.`);
    }),
  );
  return command;
}
