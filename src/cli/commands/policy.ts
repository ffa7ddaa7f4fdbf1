import { Command } from 'commander';
import { chooseIntegration, tenantOption } from '../choose-integration.ts';
import { chooseTenant, cliCaller } from '../choose-tenant.ts';
import { toJson } from '../show-list.ts';
import { formatTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { withEngine } from '../with-engine.ts';

interface ExplainOptions {
  tenant?: string;
  integration?: string;
  user: string;
  ip?: string;
  json?: boolean;
}

export function policyCommand(terminal: Terminal): Command {
  const command = new Command('policy').description('the rules of an integration');
  tenantOption(command.command('explain').description('tell what would be done with a user, and which rule says so'))
    .option('-i, --integration <name>', 'name or id; needed when the tenant has several')
    .requiredOption('-u, --user <name>')
    .option('--ip <address>', "the user's own address")
    .option('--json', 'print JSON')
    .action(async (options: ExplainOptions, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const tenant = await chooseTenant(engine, options.tenant);
        const integration = await chooseIntegration(engine, tenant, options.integration);
        const decision = await engine.decide(
          { ...cliCaller(tenant.id), integration },
          { user: options.user, ...(options.ip === undefined ? {} : { context: { ip: options.ip } }) },
        );
        if (options.json === true) {
          terminal.print(
            toJson({ tenant: tenant.name, integration: integration.name, user: options.user, ...decision }),
          );
          return;
        }
        terminal.print(`${decision.result}: ${options.user} at ${integration.name}`);
        terminal.print('');
        const steps = [
          { title: 'rule', value: (step: Step) => step.rule },
          {
            title: 'outcome',
            value: (step: Step) => (step.outcome === 'decides' ? `decides: ${decision.result}` : 'passes'),
          },
          { title: 'because', value: (step: Step) => step.explanation },
        ];
        type Step = (typeof decision.trace)[number];
        for (const line of formatTable(steps, decision.trace, terminal.columns)) terminal.print(line);
        if (decision.devices.length === 0) return;
        terminal.print('');
        const devices = [
          { title: 'device', value: (device: Device) => device.name },
          { title: 'kind', value: (device: Device) => device.kind },
          { title: 'id', value: (device: Device) => device.id },
        ];
        type Device = (typeof decision.devices)[number];
        for (const line of formatTable(devices, decision.devices, terminal.columns)) terminal.print(line);
      });
    });
  return command;
}
