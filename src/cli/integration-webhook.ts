import type { Command } from 'commander';
import { UsageError } from './command-failure.ts';
import type { Caller, Engine, NewWebhookOptions } from '../engine/engine.ts';
import { readObjectFile } from './read-object-file.ts';
import { showOne } from './show-list.ts';
import type { Terminal } from './terminal.ts';

export interface WebhookCommandOptions {
  set?: string;
  rotate?: boolean;
  retire?: boolean;
  remove?: boolean;
  json?: boolean;
}

/** The options of `integrations webhook`. Headers and secrets come out of a file: a command line is seen by others. */
export function webhookOptions(command: Command): Command {
  return command
    .option('--set <file>', 'YAML or JSON: endpoint, headers, timeoutMs, events, secret')
    .option('--rotate', 'add a second secret; the first works until it is retired')
    .option('--retire', 'retire the older of two secrets')
    .option('--remove', 'tell it nothing more')
    .option('--json', 'print JSON');
}

/** Shows or changes the webhook of an integration. A secret that was made is printed, once. */
export async function changeWebhook(
  terminal: Terminal,
  { webhooks }: Engine,
  caller: Caller,
  integrationId: string,
  options: WebhookCommandOptions,
): Promise<void> {
  const { set, rotate, retire, remove } = options;
  if ([set, rotate, retire, remove].filter((option) => option !== undefined).length > 1)
    throw new UsageError('one of --set, --rotate, --retire and --remove');
  if (set !== undefined) {
    // The engine checks it against the schema of webhooks.
    const written = (await readObjectFile('--set', set)) as unknown as NewWebhookOptions;
    const { webhook, secret } = await webhooks.set(caller, integrationId, written);
    showOne(terminal, options, { ...webhook, ...(secret === undefined ? {} : { secret }) });
  } else if (rotate === true) {
    const { webhook, secret } = await webhooks.rotate(caller, integrationId);
    showOne(terminal, options, { ...webhook, secret });
  } else if (retire === true) showOne(terminal, options, await webhooks.retire(caller, integrationId));
  else if (remove === true) {
    await webhooks.remove(caller, integrationId);
    terminal.note('The webhook is removed.');
  } else {
    const webhook = await webhooks.get(caller, integrationId);
    if (webhook === undefined) terminal.note('The integration has no webhook.');
    else showOne(terminal, options, webhook);
  }
}
