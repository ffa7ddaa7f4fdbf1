import { CountersignError } from '../../core/errors.ts';
import { fieldIssues } from '../../core/field-issues.ts';
import type { Json } from '../../core/model.ts';
import { noticeEvents } from '../../core/notice-event.ts';
import { type Webhook, webhookOptionsSchema, webhookSecret } from '../../core/webhook.ts';
import { newToken } from '../../crypto/index.ts';
import { findIntegration, holdIntegration, setWebhook } from '../../store/index.ts';
import type { CredentialCache } from '../credential-cache.ts';
import type { Caller, NewWebhookOptions, WebhookView, WebhooksEngine } from '../engine.ts';
import type { Refused, WriteContext } from '../ledger.ts';
import { entryOf, type EngineParts, found } from '../parts.ts';
import { readWebhook } from './read-webhook.ts';

/** The secret in use, and the one that replaces it. */
const mostSecrets = 2;

/** The webhooks of integrations. Neither secrets nor the values of headers can be read again (OUT-03). */
export function createWebhooks(parts: EngineParts, cache: CredentialCache): WebhooksEngine {
  const { ledger, store, vault, clock, random } = parts;

  /** Changes the webhook of an integration; undefined takes it away. Two changes do not undo one another. */
  async function change<T>(
    caller: Caller,
    id: string,
    event: string,
    to: (before: Webhook | undefined) => Refused | { webhook: Webhook | undefined; result: T },
  ): Promise<T> {
    const result = await ledger.write(async (tx: WriteContext) => {
      await holdIntegration(tx.db, caller.tenant, id);
      found(await findIntegration(tx.db, caller.tenant, id));
      const changed = to(await readWebhook(parts, tx.db, caller.tenant, id));
      if ('refused' in changed) return changed;
      const { webhook } = changed;
      // Plain JSON: a schema has made it.
      const plain = webhook as unknown as Json | undefined;
      const sealed = plain === undefined ? undefined : vault.seal(caller.tenant, 'integrations.webhook', id, plain);
      await setWebhook(tx.db, caller.tenant, id, sealed, clock.now());
      const detail = webhook === undefined ? {} : { host: new URL(webhook.endpoint).host };
      tx.record(caller.tenant, entryOf(caller, event, 'done', { objectId: id, detail }));
      return changed.result;
    });
    cache.clear();
    return result;
  }

  const newSecret = () => newToken(random, 'whs');

  return {
    get: async (caller, id) => {
      const webhook = await store.read(async (db) => {
        found(await findIntegration(db, caller.tenant, id));
        return readWebhook(parts, db, caller.tenant, id);
      });
      return webhook && viewOf(webhook);
    },
    set: async (caller, id, options) => {
      const { given, settings } = parseOptions(options);
      return change(caller, id, 'integration.webhook-set', (before) => {
        const made = given === undefined && before === undefined ? newSecret() : undefined;
        const secrets = given === undefined ? (before?.secrets ?? [made ?? newSecret()]) : [given];
        const headers = settings.headers ?? before?.headers;
        const webhook: Webhook = { ...settings, ...(headers === undefined ? {} : { headers }), secrets };
        return { webhook, result: { webhook: viewOf(webhook), ...(made === undefined ? {} : { secret: made }) } };
      });
    },
    rotate: (caller, id) =>
      change(caller, id, 'integration.webhook-secret-added', (before) => {
        const webhook = found(before);
        if (webhook.secrets.length >= mostSecrets) return { refused: new CountersignError('wrong_state') };
        const secret = newSecret();
        const after = { ...webhook, secrets: [secret, ...webhook.secrets] };
        return { webhook: after, result: { webhook: viewOf(after), secret } };
      }),
    retire: (caller, id) =>
      change(caller, id, 'integration.webhook-secret-retired', (before) => {
        const webhook = found(before);
        if (webhook.secrets.length < mostSecrets) return { refused: new CountersignError('wrong_state') };
        const after = { ...webhook, secrets: webhook.secrets.slice(0, 1) };
        return { webhook: after, result: viewOf(after) };
      }),
    remove: (caller, id) =>
      change(caller, id, 'integration.webhook-removed', (before) => {
        found(before);
        return { webhook: undefined, result: undefined };
      }),
  };
}

function parseOptions({ secret, ...options }: NewWebhookOptions) {
  const issues: { path: string; message: string }[] = [];
  const settings = webhookOptionsSchema.safeParse(options);
  const given = webhookSecret.optional().safeParse(secret);
  if (!settings.success) issues.push(...fieldIssues(settings.error));
  if (!given.success) issues.push({ path: 'secret', message: 'must be 16 to 256 printable characters' });
  const known: readonly string[] = noticeEvents;
  const unknown = (options.events ?? []).filter((event) => !known.includes(event));
  if (unknown.length > 0) issues.push({ path: 'events', message: `there are ${noticeEvents.join(', ')}` });
  if (settings.success && given.success && issues.length === 0) return { settings: settings.data, given: given.data };
  throw new CountersignError('invalid_parameters', { issues });
}

function viewOf({ endpoint, headers = {}, timeoutMs, events, secrets }: Webhook): WebhookView {
  return {
    endpoint,
    headers: Object.keys(headers),
    timeoutMs,
    ...(events === undefined ? {} : { events }),
    secrets: secrets.length,
  };
}
