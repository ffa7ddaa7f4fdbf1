import { Argument, Command } from 'commander';
import { invalidParameter } from '../../core/errors.ts';
import type { Credential, Integration, JsonObject } from '../../core/model.ts';
import type { Engine, IntegrationChanges } from '../../engine/engine.ts';
import { chooseIntegration, tenantOption } from '../choose-integration.ts';
import { chooseTenant, cliCaller } from '../choose-tenant.ts';
import { collect } from '../collect.ts';
import { UsageError } from '../command-failure.ts';
import { doorNames } from '../door-names.ts';
import { changeWebhook, type WebhookCommandOptions, webhookOptions } from '../integration-webhook.ts';
import { asObject, readObjectFile } from '../read-object-file.ts';
import { allPages, formatTime, type ListOptions, listOptions, showList, showOne } from '../show-list.ts';
import { type Column, formatTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { withEngine } from '../with-engine.ts';

interface TenantScope {
  tenant?: string;
  json?: boolean;
}

interface ChangeOptions extends TenantScope {
  notes?: string;
  endpoint?: string;
  policy?: string;
  door?: string[];
  kinds?: string;
}

const columns: Column<Integration>[] = [
  { title: 'name', value: (integration) => integration.name },
  { title: 'state', value: (integration) => (integration.active ? 'enabled' : 'disabled') },
  { title: 'doors', value: (integration) => Object.keys(integration.doors).join(', ') },
  { title: 'created', value: (integration) => formatTime(integration.createdAt) },
  { title: 'id', value: (integration) => integration.id },
];

const credentialColumns: Column<Credential>[] = [
  { title: 'credential', value: (credential) => credential.id },
  { title: 'type', value: (credential) => credential.type },
  { title: 'access key', value: (credential) => credential.accessKey },
  { title: 'created', value: (credential) => formatTime(credential.createdAt) },
];

export function integrationsCommand(terminal: Terminal): Command {
  const command = new Command('integrations').description('applications and appliances that are protected');

  listOptions(tenantOption(command.command('list').description('list those of a tenant'))).action(
    async (options: ListOptions & TenantScope, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const caller = cliCaller((await chooseTenant(engine, options.tenant)).id);
        await showList(
          terminal,
          options,
          columns,
          allPages((page) => engine.integrations.list(caller, page)),
        );
      });
    },
  );

  changeOptions(
    tenantOption(command.command('create').description('make one; prints its credentials, which are not shown again')),
  )
    .argument('<name>')
    .option('--realm <name>', 'realm of its users: "shared", "own", or the name of one', 'shared')
    .action(async (name: string, options: ChangeOptions & { realm: string }, command: Command) => {
      const { doors = { rest: {} }, ...changes } = await readChanges(options);
      const realm = options.realm === 'own' || options.realm === 'shared' ? options.realm : { name: options.realm };
      await withEngine(command, async ({ engine }) => {
        const caller = cliCaller((await chooseTenant(engine, options.tenant)).id);
        const created = await engine.integrations.create(caller, { name, realm, doors, ...changes });
        const { integration, ...credentials } = created;
        showOne(terminal, options, { id: integration.id, name: integration.name, ...credentials });
      });
    });

  const one = (verb: string, description: string) =>
    tenantOption(command.command(verb).description(description)).argument('<integration>', 'name or id');

  one('show', 'show one, with its policy and its credentials')
    .option('--json', 'print JSON')
    .action((nameOrId: string, options: TenantScope, command: Command) =>
      withEngine(command, async ({ engine }) => {
        const { caller, integration } = await choose(engine, nameOrId, options);
        const credentials = await engine.integrations.credentials(caller, integration.id);
        showOne(terminal, options, options.json === true ? { ...integration, credentials } : integration);
        if (options.json === true) return;
        terminal.print('');
        for (const line of formatTable(credentialColumns, credentials, terminal.columns)) terminal.print(line);
      }),
    );

  changeOptions(one('update', 'change one'))
    .option('--name <name>')
    .option('--enable', 'serve it')
    .option('--disable', 'refuse everything that it asks')
    .action(
      async (
        nameOrId: string,
        options: ChangeOptions & { name?: string; enable?: boolean; disable?: boolean },
        command: Command,
      ) => {
        if (options.enable === true && options.disable === true) throw new UsageError('either --enable or --disable');
        const changes: IntegrationChanges = {
          ...(await readChanges(options)),
          ...(options.name === undefined ? {} : { name: options.name }),
          ...(options.enable === true ? { active: true } : options.disable === true ? { active: false } : {}),
        };
        if (Object.keys(changes).length === 0) throw new UsageError('say what to change, e.g. --policy FILE');
        await withEngine(command, async ({ engine }) => {
          const { caller, integration } = await choose(engine, nameOrId, options);
          showOne(terminal, options, await engine.integrations.update(caller, integration.id, changes));
        });
      },
    );

  one('rotate', 'add a second credential; the first works until it is revoked')
    .addArgument(new Argument('<type>').choices(['token', 'key']))
    .option('--json', 'print JSON')
    .action((nameOrId: string, type: 'token' | 'key', options: TenantScope, command: Command) =>
      withEngine(command, async ({ engine }) => {
        const { caller, integration } = await choose(engine, nameOrId, options);
        showOne(terminal, options, await engine.integrations.rotate(caller, integration.id, type));
      }),
    );

  one('revoke', 'take a credential away')
    .argument('<credential>', 'id, as "show" prints it')
    .action((nameOrId: string, credential: string, options: TenantScope, command: Command) =>
      withEngine(command, async ({ engine }) => {
        const { caller, integration } = await choose(engine, nameOrId, options);
        await engine.integrations.revoke(caller, integration.id, credential);
        terminal.note('The credential is revoked.');
      }),
    );

  one('wsapi-key', 'show the client id and the API key for the door wsapi, which validates YubiKeys')
    .option('--json', 'print JSON')
    .action((nameOrId: string, options: TenantScope, command: Command) =>
      withEngine(command, async ({ engine }) => {
        const { apiKeyPurpose, readWsapiSettings } = await import('../../doors/wsapi/index.ts');
        const { caller, integration } = await choose(engine, nameOrId, options);
        const { wsapi } = integration.doors;
        if (wsapi === undefined)
          throw invalidParameter('integration', 'does not list the door wsapi: add --door wsapi');
        const { keyGeneration } = readWsapiSettings(wsapi);
        const { number, key } = await engine.sharedKeys.read(caller, integration.id, apiKeyPurpose, keyGeneration);
        showOne(terminal, options, { clientId: number, apiKey: Buffer.from(key).toString('base64') });
      }),
    );

  webhookOptions(one('webhook', 'show or change where it is told what happens')).action(
    (nameOrId: string, options: TenantScope & WebhookCommandOptions, command: Command) =>
      withEngine(command, async ({ engine }) => {
        const { caller, integration } = await choose(engine, nameOrId, options);
        await changeWebhook(terminal, engine, caller, integration.id, options);
      }),
  );

  one('remove', 'remove one with its credentials, enrollments and challenges; the users stay').action(
    (nameOrId: string, options: TenantScope, command: Command) =>
      withEngine(command, async ({ engine }) => {
        const { caller, integration } = await choose(engine, nameOrId, options);
        await engine.integrations.remove(caller, integration.id);
        terminal.note(`The integration ${integration.name} is removed.`);
      }),
  );
  return command;
}

async function choose(engine: Engine, nameOrId: string, options: TenantScope) {
  const tenant = await chooseTenant(engine, options.tenant);
  return { caller: cliCaller(tenant.id), integration: await chooseIntegration(engine, tenant, nameOrId) };
}

function changeOptions(command: Command): Command {
  return command
    .option('--notes <text>')
    .option('--endpoint <url>', 'of the protected application')
    .option('--policy <file>', 'YAML or JSON with the rules that differ from the defaults; replaces the whole policy')
    .option('--kinds <file>', 'YAML or JSON with the configuration of device kinds, by kind')
    .option(
      '--door <door>',
      'a door that it may use, e.g. rest or adjure=\'{"openTo":["127.0.0.0/8"]}\'; once for each',
      collect,
    )
    .option('--json', 'print JSON');
}

async function readChanges(options: ChangeOptions): Promise<IntegrationChanges> {
  const { notes, endpoint } = options;
  return {
    ...(notes === undefined ? {} : { notes }),
    ...(endpoint === undefined ? {} : { endpoint }),
    // The engine checks it against the schema of policies.
    ...(options.policy === undefined ? {} : { policy: await readObjectFile('--policy', options.policy) }),
    ...(options.kinds === undefined
      ? {}
      : { kinds: (await readObjectFile('--kinds', options.kinds)) as Record<string, JsonObject> }),
    ...(options.door === undefined ? {} : { doors: await checkDoors(readDoors(options.door)) }),
  };
}

async function checkDoors(doors: Record<string, JsonObject>): Promise<Record<string, JsonObject>> {
  if (doors['portal'] !== undefined) (await import('../../pages/index.ts')).checkPortalSettings(doors);
  return doors;
}

function readDoors(written: readonly string[]): Record<string, JsonObject> {
  const doors: Record<string, JsonObject> = {};
  for (const each of written) {
    const [, name = '', settings] = /^([^=]*)(?:=(.*))?$/s.exec(each) ?? [];
    doors[name] = settings === undefined ? {} : readSettings(name, settings);
  }
  const unknown = Object.keys(doors).filter((name) => !doorNames.includes(name));
  if (unknown.length === 0) return doors;
  throw invalidParameter('--door', `there is no door ${unknown.join(', ')}; there are ${doorNames.join(', ')}`);
}

function readSettings(name: string, text: string): JsonObject {
  try {
    return asObject(`--door ${name}`, JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidParameter(`--door ${name}`, 'the settings are not JSON');
    throw error;
  }
}
