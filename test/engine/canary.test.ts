// Every secret that the engine has seen, looked for in everything that it leaves behind (I6, SEC-01, SEC-09).
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { encodeBase32 } from '../../src/otp/index.ts';
import {
  accepts,
  enrollEmail,
  enrollTotp,
  giveRecoveryCodes,
  lastCode,
  step,
} from '../../src/engine/enrolled.fixture.ts';
import { openFileEngines } from '../../src/engine/file-engines.fixture.ts';
import type { Caller } from '../../src/engine/index.ts';

/** A seed that is easily recognised in whatever form. */
const canary = Buffer.from('CANARY-seed-of-alice');

/** How a secret could stand somewhere: as it is, in hexadecimal, in base64 at each of the three offsets, in base32. */
function formsOf(secret: Buffer): Buffer[] {
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), secret]).toString('base64');
    return text.slice(offset === 0 ? 0 : 4, -4);
  });
  const texts = [
    secret.toString('hex'),
    secret.toString('hex').toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    encodeBase32(secret),
    encodeBase32(secret).toLowerCase(),
  ];
  return [secret, ...texts.map((text) => Buffer.from(text))];
}

test('no seed, code, token or password stands in the database or the trail in any form (I6, SEC-01, SEC-06, SEC-09)', async () => {
  const t = await openFileEngines({ policy: { codeDigits: 10 } });
  const { engine, caller } = t;
  const admin: Caller = { ...t.system, tenant: t.tenant };
  const password = 'velvet-anchor-93-tundra';
  const secrets: Record<string, Buffer> = { 'a seed that was given': canary, 'a password': Buffer.from(password) };
  const remember = (what: string, secret: string | undefined) => {
    secrets[what] = Buffer.from(secret ?? '');
  };

  const account = { email: 'x@example.org', firstName: 'X', lastName: 'Y', password };
  const administrator = await engine.administrators.create(admin, account);
  await engine.administrators.authenticate('x@example.org', password, '192.0.2.1');
  await engine.administrators.authenticate('x@example.org', 'CANARY-wrong-password', '192.0.2.1');
  remember('a wrong password', 'CANARY-wrong-password');
  remember('an administrator’s token', (await engine.administrators.issueToken(admin, administrator.id)).token);
  const created = await engine.integrations.create(admin, { name: 'Other', readableSecretKey: true });
  remember('a token', created.token);
  remember('a secret key that can be read', created.secretKey);
  remember('a secret key', (await engine.integrations.create(admin, { name: 'Third' })).secretKey);

  const options = { secret: encodeBase32(canary) };
  await engine.devices.provision(caller, { user: 'alice', devices: [{ kind: 'totp', options, readable: true }] });
  await engine.devices.provision(caller, { user: 'alice', devices: [{ kind: 'hotp', options }] });
  await engine.devices.currentCode(caller, 'alice', 'totp');
  await engine.devices.provisioningUri(caller, 'alice', 'totp', { issuer: 'Example', account: 'alice' });
  const bob = await enrollTotp(t, 'bob');
  secrets['a seed that was made'] = Buffer.from(bob.secret);
  const begun = await engine.enrollments.begin(caller, { user: 'carol' });
  const prepared = await engine.enrollments.prepare(caller, begun.id, { kind: 'totp' });
  remember('a seed that is being enrolled', prepared.shown?.['secret'] as string);
  const [used = '', unused = ''] = await giveRecoveryCodes(t, 'bob');
  remember('a recovery code', unused);
  remember('a recovery code without hyphens', unused.replaceAll('-', ''));
  remember('a recovery code that was used', used);
  expect(await accepts(t, 'bob', used)).toBe(true);
  await enrollEmail(t, 'bob');
  remember('a mailed code of an enrollment', lastCode(t));
  const challenge = await engine.challenges.issue(caller, { user: 'bob' });
  remember('a mailed code', lastCode(t));
  await engine.challenges.answer(caller, challenge.id, { code: '9999900000' });
  remember('a wrong answer', '9999900000');
  await accepts(t, 'bob', 'CANARY-answer');
  remember('a malformed answer', 'CANARY-answer');
  await engine.idempotency.claim(caller, 'key', 'print');
  await engine.idempotency.settle(caller, 'key', { status: 201, body: { secret: 'CANARY-idempotent-answer' } });
  remember('an answer that is kept for a repetition', 'CANARY-idempotent-answer');
  t.clock.advance(step);
  await engine.audit.signHeads();

  const files = [t.path, `${t.path}-wal`].filter((path) => existsSync(path));
  expect(files).toHaveLength(2);
  await t.store.backup(`${t.path}.backup`);
  const remains: Record<string, Buffer> = Object.fromEntries(
    [...files, `${t.path}.backup`].map((path) => [path.replace(t.path, 'database'), readFileSync(path)]),
  );
  const rows: string[] = [];
  for await (const row of engine.audit.export(t.system)) rows.push(JSON.stringify(row));
  remains['trail'] = Buffer.from(rows.join('\n'));
  remains['what is shown'] = Buffer.from(
    JSON.stringify([
      await engine.users.list(caller),
      await engine.devices.list(caller, bob.userId),
      await engine.challenges.list(caller),
      await engine.integrations.list(admin),
      await engine.integrations.credentials(admin, created.integration.id),
      await engine.administrators.list(admin),
    ]),
  );

  const found: string[] = [];
  for (const [what, secret] of Object.entries(secrets)) {
    expect([what, secret.length >= 8]).toEqual([what, true]);
    for (const form of formsOf(secret)) {
      for (const [where, bytes] of Object.entries(remains)) if (bytes.includes(form)) found.push(`${what} in ${where}`);
    }
  }
  expect(found).toEqual([]);
  // The looking itself works: what may stand there is found.
  expect(remains['database.backup']?.includes(Buffer.from('alice'))).toBe(true);
  expect(remains['database-wal']?.includes(Buffer.from('verify.answered'))).toBe(true);
});
