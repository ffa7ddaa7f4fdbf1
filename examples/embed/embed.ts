// Countersign inside an application: a database file, an engine, a user with an authenticator, and the proof in the audit trail.
// Run it with `node examples/embed/embed.ts` (Node 22.18 or later), or compile it first: `npx tsc -p examples`.
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Caller,
  createEngine,
  createKeyFile,
  inboxDelivery,
  type IntegrationCaller,
  keyRing,
  loadKeyFile,
  openStore,
  platformTenant,
  saveKeyFile,
  systemClock,
  systemRandom,
} from 'countersign';
import { verifyAudit } from 'countersign/audit';
import { builtInKinds, deviceKinds } from 'countersign/devices';
import { parseOtpauthUri, totp } from 'countersign/otp';

const folder = process.env['EXAMPLE_DIR'] ?? mkdtempSync(join(tmpdir(), 'countersign-embed-'));

// #region start
// The database, and its tables up to date.
const store = await openStore({ url: `sqlite:${join(folder, 'app.db')}` });
await store.migrate();

// The keys: made once, kept in a file that only its owner can read. Back it up apart from the database.
const keyPath = join(folder, 'keys.json');
const stored = loadKeyFile(keyPath);
const keyFile = stored ?? createKeyFile(systemRandom, systemClock.now());
if (stored === undefined) saveKeyFile(keyPath, keyFile, { replace: false });
const ring = keyRing(keyFile);

const engine = await createEngine({
  store,
  keys: { ring: () => ring, refresh: () => undefined },
  // Mail and SMS go into a folder here; `smtpDelivery` sends them.
  delivery: inboxDelivery({ folder: join(folder, 'inbox'), clock: systemClock }),
  kinds: deviceKinds(builtInKinds()),
});
// #endregion start

// #region tenant
// Who acts, for the audit trail. Everything after the first two calls is confined to the tenant.
const system: Caller = { tenant: platformTenant, actor: { type: 'system', id: 'my-app' }, door: 'embedded' };
const tenant =
  (await engine.tenants.findByName('Example')) ?? (await engine.tenants.create(system, { name: 'Example' })).tenant;
const integrations = await engine.integrations.list({ ...system, tenant: tenant.id });
const integration =
  integrations.items[0] ??
  (await engine.integrations.create({ ...system, tenant: tenant.id }, { name: 'my-app' })).integration;
const caller: IntegrationCaller = {
  tenant: tenant.id,
  actor: { type: 'integration', id: integration.id },
  door: 'embedded',
  integration,
};
// #endregion tenant

const user = process.env['EXAMPLE_USER'] ?? `alice-${randomBytes(3).toString('hex')}@example.org`;

// #region enroll
// Enrol: the user scans `shown.uri` as a QR code and types the first code of the app.
const begun = await engine.enrollments.begin(caller, { user });
const prepared = await engine.enrollments.prepare(caller, begun.id, { kind: 'totp', options: { issuer: 'My App' } });
const uri = prepared.shown?.['uri'] as string;
const enrolled = await engine.enrollments.complete(caller, begun.id, { code: codeOf(uri, systemClock.now()) });
console.log(`enrolled: ${enrolled.accepted}, device: ${enrolled.device?.name}`);
// #endregion enroll

/** What the app of the user shows: a software authenticator that knows the URI and nothing else. */
function codeOf(uri: string, time: number): string {
  const key = parseOtpauthUri(uri);
  if (key.type !== 'totp') throw new TypeError('the app of this example knows codes that change with the time');
  return totp({ ...key, time });
}

// #region verify
// Verify, after the password was right. The code of the enrollment is spent; the next one is a step later.
const code = codeOf(uri, systemClock.now() + 30_000);
const first = await engine.verify(caller, { user, answer: { code } });
const again = await engine.verify(caller, { user, answer: { code } });
console.log(`first: ${first.accepted}, the same code again: ${again.accepted}`);
// #endregion verify

// #region audit
// The proof: rows that are chained, heads that are signed, one public key that verifies both.
await engine.audit.signHeads();
const heads = await engine.audit.heads(system);
const verdict = await verifyAudit(engine.audit.export(system), heads, engine.audit.publicKey());
console.log(verdict.intact ? `audit: intact, ${verdict.rows} rows, ${verdict.signedUpTo} signed` : verdict.explanation);
// #endregion audit

// #region stop
await engine.close();
await store.close();
// #endregion stop
