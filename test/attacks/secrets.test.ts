// Secrets: where they are kept, what they are compared with, and where they must not turn up.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { type AuditHead, type AuditRow, verifyAudit } from '../../src/audit/index.ts';
import { auditSigner, signHead } from '../../src/audit/audit-log.fixture.ts';
import { systemRandom } from '../../src/core/random.ts';
import { retireSealingKey } from '../../src/crypto/index.ts';
import { contract } from '../../src/doors/rest/contract/index.ts';
import { administratorOf, platformAdministrator } from '../../src/doors/rest/rest.fixture.ts';
import { giveApp, openWays } from '../../src/doors/ways.fixture.ts';
import { openFileEngines } from '../../src/engine/file-engines.fixture.ts';
import { findKeysInUse, resealAll } from '../../src/engine/reseal.ts';
import { endpointsOf } from '../../src/http/endpoint.ts';
import { encodeBase32, totp } from '../../src/otp/index.ts';
import { startTestServer } from '../../src/server/server.fixture.ts';
import { readMarkdown } from '../fixtures/markdown.ts';
import { isTestFile, readSourceFiles, repository } from '../house/source-files.ts';
import { lineAt } from '../house/source-text.ts';
import { z } from 'zod';

describe('somebody who can write the database', () => {
  test('can make no device: neither of a secret that he knows nor of an older or another value (SEC-02, SEC-03)', async () => {
    const t = await openFileEngines();
    const alice = await giveApp(t, 'alice');
    const mallory = await giveApp(t, 'mallory');
    const { rows } = await sql<{ id: string; secret: string }>`select id, secret from devices`.execute(t.store.db);
    const [ofAlice = '', ofMallory = ''] = [alice, mallory].map(
      ({ deviceId }) => rows.find(({ id }) => id === deviceId)?.secret ?? '',
    );
    const [version = '', keyId = '', ...body] = ofAlice.split('.');
    const plain = Buffer.from(JSON.stringify({ secret: 'AAAA', algorithm: 'SHA1', digits: 6, period: 30 }));
    const forged = [
      ofMallory,
      plain.toString(),
      [version, keyId, plain.toString('base64url')].join('.'),
      [version, 'k0000000', ...body].join('.'),
      [version, keyId, ...ofMallory.split('.').slice(2)].join('.'),
      ofAlice.slice(0, -2),
      `${ofAlice}A`,
      '',
    ];
    const verify = (user: string, code: string) =>
      t.engine.verify(t.caller, { user, answer: { code } }).then(
        ({ accepted }) => accepted,
        (error: { code: string }) => error.code,
      );
    for (const secret of forged) {
      await sql`update devices set secret = ${secret} where id = ${alice.deviceId}`.execute(t.store.db);
      for (const code of [mallory.code(), alice.code()])
        expect([secret, await verify('alice', code)]).toEqual([secret, 'sealed_value_invalid']);
    }
    // A device of Mallory's that is written to Alice has another row's secret, or Mallory's own row.
    await sql`update devices set secret = ${ofAlice} where id = ${alice.deviceId}`.execute(t.store.db);
    expect(await verify('alice', alice.code())).toBe(true);
  });

  test.each([
    `update audit set outcome = 'accepted' where event = 'verify.answered'`,
    `update audit set user_id = 'usr_other' where event = 'verify.answered'`,
    `update audit set at = at + 1 where event = 'verify.answered'`,
    `delete from audit where event = 'verify.answered'`,
  ])('cannot change the trail up to a signed head without being noticed: %s (SEC-03)', async (change) => {
    const t = await openFileEngines();
    const alice = await giveApp(t, 'alice');
    for (let guess = 0; guess < 3; guess++)
      await t.engine.verify(t.caller, { user: 'alice', answer: { code: alice.wrong(guess) } });
    await t.engine.audit.signHeads();
    const heads = await t.engine.audit.heads(t.system);
    const isIntact = async () => {
      const rows: AuditRow[] = [];
      for await (const row of t.engine.audit.export(t.system)) rows.push(row);
      return (await verifyAudit(rows, heads, t.engine.audit.publicKey())).intact;
    };
    expect(await isIntact()).toBe(true);
    await sql.raw(change).execute(t.store.db);
    expect(await isIntact()).toBe(false);
  });

  test('and what he can do all the same are told where an operator reads it (SEC-02, SEC-03)', () => {
    const page = readMarkdown('SECURITY.md').replaceAll(/\s+/g, ' ');
    const told = page.split('**Whoever can write the database.**')[1]?.split(' - **')[0] ?? '';
    for (const words of [
      'cannot read a secret',
      'move one',
      'rewrite the trail',
      'add a credential',
      'change a policy',
      'counter back',
    ])
      expect([words, told.includes(words)]).toEqual([words, true]);
  });
});

describe('a rotation of the keys that is cut short again and again', () => {
  test('goes on where it stood, while people verify, until the old key is needed by nothing (SEC-04)', async () => {
    let left = Infinity;
    const t = await openFileEngines();
    // More than two batches of a rotation.
    const users = Array.from({ length: 401 }, (_, index) => {
      const secret = new Uint8Array(20).fill(index % 251).fill(1 + Math.floor(index / 251), 0, 1);
      return { name: `user ${index}`, secret, code: () => totp({ secret, time: t.clock.now() }) };
    });
    const { done: provisioned } = await t.engine.devices.provisionMany(
      t.caller,
      users.map(({ name, secret }, row) => ({
        row,
        user: name,
        devices: [{ kind: 'totp', options: { secret: encodeBase32(secret) } }],
      })),
    );
    expect(provisioned).toBe(401);
    const old = t.keys.ring().activeKeyId;
    t.keys.rotate();
    // The process dies in the middle of a batch: what it wrote of it is gone.
    const dying = {
      ...t.store,
      transaction: <T>(work: Parameters<typeof t.store.transaction<T>>[0]) =>
        t.store.transaction<T>(async (db) => {
          const done = await work(db);
          left -= 1;
          if (left <= 0) throw new Error('killed');
          return done;
        }),
    };
    let kills = 0;
    for (const [round, survives] of [1, 2, 1, 3, Infinity].entries()) {
      left = survives;
      await resealAll({ store: dying, keys: t.keys, random: systemRandom }).catch(() => kills++);
      const { name, code } = users[round]!;
      expect(await t.engine.verify(t.caller, { user: name, answer: { code: code() } })).toMatchObject({
        accepted: true,
      });
    }
    expect(kills).toBeGreaterThanOrEqual(2);
    expect(await findKeysInUse(t)).toEqual([]);
    t.keys.replace(retireSealingKey(t.keys.file, old));
    t.clock.advance(30_000);
    const verified = await Promise.all(
      users.map(({ name, code }) => t.engine.verify(t.caller, { user: name, answer: { code: code() } })),
    );
    expect(verified.filter(({ accepted }) => !accepted)).toEqual([]);
  });
});

describe('a copy of the database', () => {
  test('holds no token, key or password that opens a door, only what they are compared with (SEC-06, SEC-11)', async () => {
    const t = await openWays();
    const admin = await administratorOf(t, t.tenant, 'bob');
    const made = await t.engine.integrations.create(t.caller, { name: 'Other' });
    await t.send('rest', 'GET', '/v1/administrators', { headers: { Authorization: admin.basic } });
    await giveApp(t, 'alice');
    await t.send('rest', 'POST', '/v1/challenges', { body: { user: 'alice' } });
    const dump: string[] = [];
    for (const table of [
      'credentials',
      'administrators',
      'integrations',
      'challenges',
      'enrollments',
      'budgets',
      'audit',
      'settings',
      'idempotency',
    ]) {
      const { rows } = await sql`select * from ${sql.table(table)}`.execute(t.store.db);
      dump.push(JSON.stringify(rows));
    }
    const text = dump.join('\n');
    const secrets = [t.token, t.secretKey, made.token, made.secretKey, admin.token, admin.password];
    for (const secret of secrets)
      for (const form of [
        secret,
        Buffer.from(secret).toString('base64'),
        Buffer.from(secret).toString('hex'),
        encodeURIComponent(secret),
      ])
        expect([secret.slice(0, 3), text.includes(form.replace(/=+$/, ''))]).toEqual([secret.slice(0, 3), false]);
    // The looking works: the digests are there, and a digest opens nothing.
    const digest = createHash('sha256').update(t.token).digest('base64url');
    expect(text).toContain(digest);
    const headers = { Authorization: `Bearer ${digest}` };
    expect((await t.send('rest', 'GET', '/v1/integration', { headers })).status).toBe(401);
  });
});

describe('comparing secrets', () => {
  /** Comparisons of two values of which one has the name of a secret, and neither is a constant. */
  function findComparisons(path: string, bare: string): string[] {
    const pattern = /([\w$.?!\])]+)\s*[!=]==?\s*([\w$.?]+|['"`(])/g;
    const named = /(?:token|secret|password|digest|mac|signature|otp|apiKey|csrf|hash)$/i;
    const constant = /^(?:undefined|null|true|false|['"`(]|\d.*)$/;
    return [...bare.matchAll(pattern)].flatMap((match) => {
      const [text, left = '', right = ''] = match;
      const before = bare.slice(Math.max(0, match.index - 12), match.index);
      if (constant.test(right) || constant.test(left) || /\btypeof\s+$/.test(before)) return [];
      const last = left.replaceAll(/[?!\])]+/g, '');
      return named.test(last) || named.test(right) ? [`${path}:${lineAt(bare, match.index)}: ${text}`] : [];
    });
  }

  /** Where two such values are compared that nobody has to guess, and why that is so. */
  const permitted: readonly { text: string; why: string }[] = [
    { text: 'next.secret === opened.secret', why: 'both are of the server: whether a verdict has changed a secret' },
    { text: 'now.secret === read.secret', why: 'both are sealed values of one row: whether somebody has changed it' },
    { text: 'now?.passwordHash === stored?.passwordHash', why: 'both are of one row: whether somebody has changed it' },
    { text: 'token) !== token', why: 'both were presented by one caller' },
    { text: 'password !== again', why: 'one person typed both' },
    {
      text: 'examined.secret === device.secret',
      why: 'both are sealed values of one row: whether somebody has changed it',
    },
    { text: '] !== otp', why: 'a validation server repeats what we have sent to it' },
    { text: ') !== apiKey', why: 'whether an operator has written his own key in one form' },
    { text: 'signature) !== signature.length', why: 'a length, of what its sender has signed' },
  ];

  test('is done by functions that take constant time, and nowhere with === (SEC-07)', () => {
    // The hashes of the trail are public.
    const files = readSourceFiles().filter(({ path }) => !isTestFile(path) && !path.startsWith('src/audit/'));
    const found = files
      .flatMap(({ path, bare }) => findComparisons(path, bare))
      .filter((comparison) => !permitted.some(({ text }) => comparison.endsWith(`: ${text}`)));
    expect(found).toEqual([]);
  });

  test('the rule finds what it is for', () => {
    for (const line of [
      'if (token === stored.token) x();',
      'return given !== row.secretHash;',
      'x = a.digest === b;',
      'if (headers.csrf==session.csrf) y();',
    ])
      expect([line, findComparisons('x.ts', line).length]).toEqual([line, 1]);
    for (const line of [
      'if (token === undefined) x();',
      "if (a.type === 'token') y();",
      'if (secret.length === 0) z();',
    ])
      expect([line, findComparisons('x.ts', line)]).toEqual([line, []]);
  });
});

describe('an address that is asked for', () => {
  test('never holds a secret: no query has a member for one, nothing is passed on, nothing is referred to (SEC-08)', async () => {
    for (const [trail, { query, path }] of endpointsOf(contract)) {
      const members =
        query === undefined ? {} : (z.toJSONSchema(query, { unrepresentable: 'any', io: 'input' }).properties ?? {});
      for (const name of [...Object.keys(members), ...path.split('/').filter((part) => part.startsWith(':'))])
        expect([trail.join('.'), name, /^:?(?:.*code|.*token|secret.*|password|otp|uri|qr)$/i.test(name)]).toEqual([
          trail.join('.'),
          name,
          false,
        ]);
    }
    const running = await startTestServer();
    try {
      const { url } = running.server;
      const { token } = running.file.integration;
      const headers = { Authorization: `Bearer ${token}` };
      for (const path of [
        '/',
        '/v1/integration',
        '/v1/nothing',
        `/v1/integration?access_token=${token}`,
        '/user/qrcode?user_id=demo&issuer=x&username=y',
        '/user/auth_code?user_id=nobody',
        '/integrations/clients/auth',
        '/devices-kind',
        '/healthz',
        '/metrics',
        '/dev/inbox',
      ]) {
        const answer = await fetch(`${url}${path}`, { headers, redirect: 'manual' });
        expect([path, answer.headers.get('referrer-policy')]).toEqual([path, 'no-referrer']);
        expect([path, answer.headers.get('location')]).toEqual([path, null]);
        const text = await answer.text();
        expect([path, text.includes(token)]).toEqual([path, false]);
        expect([path, /(?:src|href)="https?:\/\/(?!127\.0\.0\.1)/.test(text)]).toEqual([path, false]);
      }
      // A token in an address opens nothing, so that nobody gets used to putting it there.
      for (const parameter of ['access_token', 'token', 'api_key']) {
        const answer = await fetch(`${url}/v1/integration?${parameter}=${token}`);
        expect([parameter, answer.status]).toEqual([parameter, 401]);
      }
    } finally {
      await running.close();
    }
  });
});

describe('what a server says of what it was sent', () => {
  test('repeats no secret in its log at the level of debugging, in its answers, its metrics and its trail (SEC-09, EML-11, I6)', async () => {
    const running = await startTestServer({ config: { log: { level: 'debug' } } });
    try {
      const { server, file, lines } = running;
      const canary = 'CANARY7391';
      const bearer = { Authorization: `Bearer ${file.integration.token}`, 'Content-Type': 'application/json' };
      const { accessKey } = file.integration;
      const basic = (user: string, password: string) => ({
        Authorization: `Basic ${btoa(`${user}:${password}`)}`,
        'Content-Type': 'application/json',
      });
      const answers: string[] = [];
      const ask = async (path: string, headers: Record<string, string>, body?: unknown, method = 'POST') => {
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        const response = await fetch(`${server.url}${path}`, {
          method,
          headers,
          ...(body !== undefined && { body: text }),
        });
        answers.push(await response.text());
        return response.status;
      };
      const form = { ...bearer, 'Content-Type': 'application/x-www-form-urlencoded' };
      const statuses = [
        await ask('/v1/verify', bearer, { user: 'demo', code: canary }),
        await ask('/v1/verify', bearer, { user: 'demo', code: [canary] }),
        await ask('/v1/verify', bearer, `{"user":"demo","code":"${canary}`),
        await ask('/v1/verify', bearer, `{"user":"demo","code":"${canary}","code":"${canary}"}`),
        await ask('/v1/verify', form, `user=demo&code=${canary}`),
        await ask('/v1/verify', { ...bearer, 'Content-Type': 'text/plain' }, canary),
        await ask(`/v1/verify?code=${canary}`, bearer, { user: 'demo', code: '1' }),
        await ask('/v1/verify', { ...bearer, Authorization: `Bearer ${canary}` }, {}),
        await ask('/v1/verify', { ...bearer, 'X-Integration-Token': canary }, {}),
        await ask('/v1/devices', bearer, { user: 'x', kind: 'totp', options: { secret: canary } }),
        await ask('/v1/devices', bearer, { user: 'x', uri: `otpauth://totp/x?secret=${canary}!` }),
        await ask('/v1/devices', bearer, { user: 'x', kind: 'recovery-codes', options: { codes: [canary] } }),
        await ask('/v1/administrators', basic('admin', canary), undefined, 'GET'),
        await ask('/v1/administrators', basic(file.admin.login, file.admin.password), {
          login: 'x',
          email: 'x@example.org',
          firstName: 'X',
          lastName: 'Y',
          password: canary,
        }),
        await ask('/integration/clients/auth', basic(accessKey, canary), { username: 'demo' }),
        await ask('/integration/challenges/1/complete', basic(accessKey, file.integration.secretKey), {
          token: canary,
        }),
        await ask(
          '/integration/challenges/1/complete',
          basic(accessKey, file.integration.secretKey),
          `{"token":"${canary}`,
        ),
        await ask('/user/authenticate', {}, { user_id: 'demo', auth_code: canary }),
        await ask('/user/recovery/authenticate', {}, { user_id: 'demo', recovery_code: canary }),
        await ask('/user/authenticate', {}, `{"user_id":"demo","auth_code":"${canary}`),
        await ask('/user/authenticate', {}, { user_id: 'demo', auth_code: { [`x`]: canary } }),
      ];
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
      const mailed = await running.call('/v1/enrollments', {
        user: 'x',
        kind: 'email',
        options: { address: 'x@example.org' },
      });
      expect(mailed.status).toBe(201);
      const inbox = await (await fetch(`${server.url}/dev/inbox`, { headers: { Accept: 'application/json' } })).text();
      const code = /\b\d{6}\b/.exec(inbox)?.[0] ?? '';
      expect(code).toMatch(/^\d{6}$/);
      await expect
        .poll(() => lines.filter((line) => line.includes('"request"')).length)
        .toBeGreaterThan(statuses.length);
      const trail: string[] = [];
      const platform = { tenant: 'tnt_platform', actor: { type: 'system', id: 'test' }, door: 'test' } as Parameters<
        typeof server.engine.audit.export
      >[0];
      for await (const row of server.engine.audit.export(platform)) trail.push(JSON.stringify(row));
      const places = {
        log: lines.join('\n'),
        answers: answers.join('\n'),
        metrics: await (await fetch(`${server.url}/metrics`)).text(),
        trail: trail.join('\n'),
      };
      for (const [place, text] of Object.entries(places)) {
        expect([place, text.length > 0]).toEqual([place, true]);
        for (const secret of [
          canary,
          btoa(canary).slice(0, 12),
          file.integration.token,
          file.integration.secretKey,
          file.admin.password,
        ])
          expect([place, secret.slice(0, 4), text.includes(secret)]).toEqual([place, secret.slice(0, 4), false]);
      }
      expect(new RegExp(`(?<!\\d)${code}(?!\\d)`).test(places.log + places.trail)).toBe(false);
    } finally {
      await running.close();
    }
  });
});

describe('a signature that is none', () => {
  test('proves nothing: zeros, what was cut or prolonged, another scalar for the same one, another key (SEC-13)', async () => {
    const t = await openFileEngines();
    await giveApp(t, 'alice');
    await t.engine.audit.signHeads();
    const [head] = await t.engine.audit.heads(t.system);
    const rows: AuditRow[] = [];
    for await (const row of t.engine.audit.export(t.system)) rows.push(row);
    const verdict = async (signature: string) => {
      const heads: AuditHead[] = [{ ...head!, signature }];
      return (await verifyAudit(rows, heads, t.engine.audit.publicKey())).intact;
    };
    const signature = Buffer.from(head?.signature ?? '', 'base64url');
    expect(signature).toHaveLength(64);
    expect(await verdict(signature.toString('base64url'))).toBe(true);

    // RFC 8032 §5.1.7: S has to be less than the order of the group, or there are two signatures of everything.
    const order = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
    const s = BigInt(`0x${Buffer.from(signature.subarray(32).toReversed()).toString('hex')}`) + order;
    const malleable = Buffer.concat([
      signature.subarray(0, 32),
      Buffer.from(s.toString(16).padStart(64, '0'), 'hex').toReversed(),
    ]);
    const bytes = [
      Buffer.alloc(64),
      Buffer.alloc(0),
      Buffer.alloc(64, 1),
      Buffer.concat([signature.subarray(0, 32), Buffer.alloc(32)]),
      Buffer.concat([Buffer.alloc(32), signature.subarray(32)]),
      // The neutral element, and 0: what a key of small order would sign everything with.
      Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]),
      signature.subarray(0, 63),
      Buffer.concat([signature, Buffer.alloc(1)]),
      malleable,
    ];
    for (const one of bytes)
      expect([one.toString('hex'), await verdict(one.toString('base64url'))]).toEqual([one.toString('hex'), false]);
    for (const text of [`${head?.signature}=`, ` ${head?.signature}`, `${head?.signature}A`, ''])
      expect(await verdict(text)).toBe(false);
    const { signature: ofAnother } = signHead(
      rows.find(({ hash }) => hash === head?.hash) ?? rows[0]!,
      head?.at ?? 0,
      auditSigner(),
    );
    expect(await verdict(ofAnother)).toBe(false);
  });
});

describe('a secret that a person would choose', () => {
  test('is none of ours: credentials are made, and passwords that are worth nothing are refused (SEC-14)', async () => {
    const t = await openWays();
    const root = await platformAdministrator(t);
    const headers = { Authorization: root.basic, 'X-Tenant': t.tenant };
    for (const chosen of [{ token: 'secret' }, { secretKey: 'secret' }, { accessKey: 'admin', secretKey: 'secret' }]) {
      const { status } = await t.send('rest', 'POST', '/v1/integrations', {
        headers,
        body: { name: 'VPN', ...chosen },
      });
      expect([chosen, status]).toEqual([chosen, 400]);
    }
    const made = await t.send('rest', 'POST', '/v1/integrations', { headers, body: { name: 'VPN' } });
    expect(made.status).toBe(201);
    const person = { login: 'carol', email: 'carol@example.org', firstName: 'Carol', lastName: 'Example' };
    for (const password of [
      'secret',
      'password',
      'password1234',
      'carol@example.org',
      'aaaaaaaaaaaaaaaa',
      '123456789012',
      '',
    ]) {
      const { status } = await t.send('rest', 'POST', '/v1/administrators', { headers, body: { ...person, password } });
      expect([password, status]).toEqual([password, 400]);
    }
  });
});

describe('a server that was just installed', () => {
  test('has no secret in common with any other, and says none a second time (SEC-16)', async () => {
    const first = await startTestServer();
    const other = await startTestServer();
    const secretsOf = ({ file }: typeof first) => [
      file.integration.token,
      file.integration.accessKey,
      file.integration.secretKey,
      file.admin.password,
      file.admin.token ?? '',
      new URL(file.demo.otpauth).searchParams.get('secret') ?? '',
    ];
    try {
      const all = [...secretsOf(first), ...secretsOf(other)];
      expect(new Set(all).size).toBe(all.length);
      expect(all.filter((secret) => secret.length < 16)).toEqual([]);
      for (const login of ['admin', first.file.admin.login])
        for (const password of ['', 'admin', 'password', 'changeme', 'countersign']) {
          const headers = { Authorization: `Basic ${btoa(`${login}:${password}`)}` };
          const { status } = await fetch(`${first.server.url}/v1/administrators`, { headers });
          expect([login, password, status]).toEqual([login, password, 401]);
        }
      const text = first.lines.join('\n');
      for (const secret of secretsOf(first)) expect(text).not.toContain(secret);
    } finally {
      await first.close();
      await other.close();
    }
  });

  test('has no secret in its files: no option that holds one has a default, no file of a deployment names one (SEC-16)', () => {
    const schema = JSON.parse(readFileSync(join(repository, 'schema/countersign.schema.json'), 'utf8')) as unknown;
    const defaults: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [name, value] of Object.entries(node)) {
        const isSecret = /(?:password|secret|token|key)$/i.test(name) && typeof value === 'object' && value !== null;
        if (isSecret && 'default' in value && typeof value.default === 'string') defaults.push(`${path}.${name}`);
        walk(value, `${path}.${name}`);
      }
    };
    walk(schema, '');
    expect(defaults).toEqual([]);
    for (const file of ['compose.yaml', 'Containerfile', 'countersign.yaml', 'adjure.yaml', 'countersign.service']) {
      const text = readFileSync(join(repository, 'deploy', file), 'utf8')
        .replaceAll(/^\s*#.*$/gm, '')
        // From the environment of whoever deploys, and empty where he says nothing.
        .replaceAll(/\$\{\w+:-\}/g, '');
      const named = [...text.matchAll(/^.*(?:password|secret|token)\w*["']?[ \t]*[:=][ \t]*(.*)$/gim)].map(
        ([, value = '']) => value.trim(),
      );
      expect([file, named.filter((value) => value !== '')]).toEqual([file, []]);
    }
  });
});
