import type { KyselyPlugin } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { Caller, NewIntegrationOptions, PresentedCredential } from './index.ts';
import { auditOf, enrollTotp, expectRefusal, openTestEngine } from './enrolled.fixture.ts';
import { openFileEngines } from './file-engines.fixture.ts';

describe('the credentials of an integration', () => {
  test('are a token and a key, and nothing else lets in', async () => {
    const t = await openTestEngine();
    const { token, accessKey, secretKey } = t;
    const admitted = async (credential: PresentedCredential) =>
      (await t.engine.integrations.authenticate(credential))?.id;
    expect(await admitted({ token })).toBe(t.integration.id);
    expect(await admitted({ accessKey, secretKey })).toBe(t.integration.id);
    const stored = await t.store.db.selectFrom('credentials').select(['lookup', 'secret_hash']).execute();
    const refused: PresentedCredential[] = [
      { token: '' },
      { token: `${token} ` },
      { token: accessKey },
      { token: secretKey },
      { accessKey, secretKey: '' },
      { accessKey, secretKey: `${secretKey}x` },
      { accessKey, secretKey: token },
      { accessKey: accessKey.toLowerCase(), secretKey },
      { accessKey: 'unknown', secretKey },
      { accessKey: '', secretKey: '' },
      // What stands in the database opens nothing.
      ...stored.flatMap(({ lookup, secret_hash: hash }) => [
        { token: lookup },
        { accessKey: lookup, secretKey: '' },
        { accessKey: lookup, secretKey: hash ?? '' },
      ]),
    ];
    for (const credential of refused) expect([credential, await admitted(credential)]).toEqual([credential, undefined]);
  });

  test('that come together are looked up once, whether they are good or not', async () => {
    let queries = 0;
    const counting: KyselyPlugin = {
      transformQuery: ({ node }) => (queries++, node),
      transformResult: async ({ result }) => result,
    };
    const t = await openFileEngines({ plugins: [counting] });
    const caller: Caller = { ...t.system, tenant: t.tenant };
    const { integration, token } = await t.engine.integrations.create(caller, { name: 'Other' });
    const ask = async (times: number, credential: PresentedCredential) => {
      t.clock.advance(2000);
      queries = 0;
      const found = await Promise.all(
        Array.from({ length: times }, () => t.engine.integrations.authenticate(credential)),
      );
      return { ids: new Set(found.map((one) => one?.id)), queries };
    };
    const alone = await ask(1, { token });
    expect(alone.queries).toBeGreaterThan(0);
    expect(await ask(50, { token })).toEqual({ ids: new Set([integration.id]), queries: alone.queries });
    const unknown = await ask(1, { token: `${token}x` });
    expect(await ask(50, { token: `${token}x` })).toEqual({ ids: new Set([undefined]), queries: unknown.queries });
  });

  test('may be two of each type while one replaces the other; a third is refused', async () => {
    const t = await openTestEngine();
    const { id } = t.integration;
    for (const type of ['token', 'key'] as const) {
      const added = await t.engine.integrations.rotate(t.caller, id, type);
      await expectRefusal(t.engine.integrations.rotate(t.caller, id, type), 'wrong_state');
      const both = (await t.engine.integrations.credentials(t.caller, id)).filter((other) => other.type === type);
      expect(both).toHaveLength(2);
      const [old] = both.filter((other) => other.id !== added.id);
      await t.engine.integrations.revoke(t.caller, id, old!.id);
      await expectRefusal(t.engine.integrations.revoke(t.caller, id, old!.id), 'not_found');
      const credential =
        type === 'token'
          ? { token: added.token ?? '' }
          : { accessKey: added.accessKey ?? '', secretKey: added.secretKey ?? '' };
      expect((await t.engine.integrations.authenticate(credential))?.id).toBe(id);
    }
    expect(await t.engine.integrations.authenticate({ token: t.token })).toBeUndefined();
    expect(
      await t.engine.integrations.authenticate({ accessKey: t.accessKey, secretKey: t.secretKey }),
    ).toBeUndefined();
    expect(await auditOf(t, 'integration.credential-revoked')).toHaveLength(2);
  });

  test('are at most two also when they are rotated 10 times at once', async () => {
    const t = await openTestEngine();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => t.engine.integrations.rotate(t.caller, t.integration.id, 'token')),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  test('that have an end are good for as long as they were made for, by whatever clock (CLK-02)', async () => {
    const t = await openTestEngine();
    const at = t.clock.now();
    await t.store.db
      .updateTable('credentials')
      .set({ created_at: at, expires_at: at + 10_000 })
      .execute();
    const isGoodAt = async (now: number) => {
      t.clock.set(now);
      return (await t.engine.integrations.authenticate({ token: t.token })) !== undefined;
    };
    // Further apart than the cache remembers.
    const told = [at - 10_001, at - 7000, at, at + 9999, at + 12_000].map((now) => () => isGoodAt(now));
    const good: boolean[] = [];
    for (const ask of told) good.push(await ask());
    expect(good).toEqual([false, true, true, true, false]);
  });

  test('that are revoked are refused at once, in other processes within a second (TEN-09)', async () => {
    const t = await openFileEngines();
    const { engine: second } = await t.open();
    const { integration, token } = { integration: t.caller.integration, token: t.token };
    const admitted = async (engine: typeof second) => (await engine.integrations.authenticate({ token }))?.id;
    expect([await admitted(t.engine), await admitted(second)]).toEqual([integration.id, integration.id]);
    const [credential] = (await t.engine.integrations.credentials(t.caller, integration.id)).filter(
      ({ type }) => type === 'token',
    );
    await t.engine.integrations.revoke(t.caller, integration.id, credential!.id);
    expect(await admitted(t.engine)).toBeUndefined();
    t.clock.advance(1000);
    expect(await admitted(second)).toBeUndefined();
  });

  test('that are being looked up while they are revoked are not remembered', async () => {
    const t = await openTestEngine();
    const { id } = t.integration;
    const [token] = (await t.engine.integrations.credentials(t.caller, id)).filter(({ type }) => type === 'token');
    await Promise.all([
      ...Array.from({ length: 5 }, () => t.engine.integrations.authenticate({ token: t.token })),
      t.engine.integrations.revoke(t.caller, id, token!.id),
      ...Array.from({ length: 5 }, () => t.engine.integrations.authenticate({ token: t.token })),
    ]);
    expect(await t.engine.integrations.authenticate({ token: t.token })).toBeUndefined();
  });

  test('can be read again only when the key was made so, and every reading is audited', async () => {
    const t = await openTestEngine();
    const hidden = await t.engine.integrations.create(t.caller, { name: 'Hidden' });
    const rotated = await t.engine.integrations.rotate(t.caller, t.integration.id, 'key');
    expect(await t.engine.integrations.readSecretKeys(t.caller)).toEqual(
      expect.arrayContaining([
        { integrationId: t.integration.id, accessKey: t.accessKey, secretKey: t.secretKey },
        { integrationId: t.integration.id, accessKey: rotated.accessKey, secretKey: rotated.secretKey },
        { integrationId: hidden.integration.id, accessKey: hidden.accessKey, secretKey: undefined },
      ]),
    );
    expect(await auditOf(t, 'integration.secret-keys-read')).toMatchObject([{ detail: { keys: 3 } }]);
    const shown = JSON.stringify(await t.engine.integrations.credentials(t.caller, t.integration.id));
    expect(shown).not.toContain(t.secretKey);
    expect(shown).not.toContain(t.token);
  });
});

describe('an integration or tenant that is disabled', () => {
  test('lets nobody in, at once, and again when it is enabled (TEN-09)', async () => {
    const t = await openTestEngine();
    const credentials = [{ token: t.token }, { accessKey: t.accessKey, secretKey: t.secretKey }];
    const admitted = () =>
      Promise.all(credentials.map(async (credential) => (await t.engine.integrations.authenticate(credential))?.id));
    const both = [t.integration.id, t.integration.id];
    expect(await admitted()).toEqual(both);
    await t.engine.tenants.setActive(t.system, t.tenant, false);
    expect(await admitted()).toEqual([undefined, undefined]);
    await t.engine.tenants.setActive(t.system, t.tenant, true);
    expect(await admitted()).toEqual(both);
    await t.engine.integrations.update(t.caller, t.integration.id, { active: false });
    expect(await admitted()).toEqual([undefined, undefined]);
    await t.engine.integrations.update(t.caller, t.integration.id, { active: true });
    expect(await admitted()).toEqual(both);
    await t.engine.integrations.remove(t.caller, t.integration.id);
    expect(await admitted()).toEqual([undefined, undefined]);
  });

  test('when it is removed takes its enrollments and challenges along, and leaves the users of the realm', async () => {
    const t = await openTestEngine();
    await enrollTotp(t, 'alice');
    const { id } = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    await t.engine.integrations.remove(t.caller, t.integration.id);
    await expectRefusal(t.engine.challenges.get(t.caller, id), 'not_found');
    await expectRefusal(t.engine.integrations.get(t.caller, t.integration.id), 'not_found');
    expect(await t.engine.users.findByName(t.caller, 'alice')).toBeDefined();
    expect(await t.store.db.selectFrom('credentials').select('id').execute()).toEqual([]);
  });
});

describe('what an integration is made of', () => {
  test('is checked whole before anything is stored', async () => {
    const t = await openTestEngine();
    const refused: [NewIntegrationOptions, string][] = [
      [{ name: '' }, 'name'],
      [{ name: 'a\nb' }, 'name'],
      [{ name: 'X', endpoint: 'javascript:alert(1)' }, 'endpoint'],
      [{ name: 'X', notes: 'x'.repeat(2001) }, 'notes'],
      [{ name: 'X', policy: { guesses: { perUser: 0 } } }, 'policy.guesses.perUser'],
      [{ name: 'X', policy: { surprise: 1 } as never }, 'policy'],
      [{ name: 'X', policy: { bypassNetworks: ['everywhere'] } }, 'policy.bypassNetworks.0'],
      [{ name: 'X', kinds: { pigeon: {} } }, 'kinds.pigeon'],
      [{ name: 'X', kinds: { totp: { digits: 99 } } }, 'kinds.totp.digits'],
    ];
    for (const [options, path] of refused) {
      const refusal = await expectRefusal(t.engine.integrations.create(t.caller, options), 'invalid_parameters');
      expect(refusal).toMatchObject({ issues: [{ path }] });
    }
    expect((await t.engine.integrations.list(t.caller)).items).toHaveLength(1);
    await expectRefusal(
      t.engine.integrations.update(t.caller, t.integration.id, { policy: { codeDigits: 99 } }),
      'invalid_parameters',
    );
    expect((await t.engine.integrations.get(t.caller, t.integration.id)).policy).toEqual(t.integration.policy);
  });

  test('changes by what was named only, and the trail keeps the policy', async () => {
    const t = await openTestEngine();
    const changed = await t.engine.integrations.update(t.caller, t.integration.id, { policy: { codeDigits: 8 } });
    expect(changed).toMatchObject({ name: t.integration.name, doors: t.integration.doors, policy: { codeDigits: 8 } });
    expect(await auditOf(t, 'integration.updated', { ...t.caller, actor: t.system.actor })).toMatchObject([
      { detail: { changed: ['policy'], policy: { codeDigits: 8 } } },
    ]);
  });

  test('is a realm of the tenant: shared, of its own, or named', async () => {
    const t = await openTestEngine();
    const create = async (realm: NewIntegrationOptions['realm']) =>
      (await t.engine.integrations.create(t.caller, { name: 'X', ...(realm === undefined ? {} : { realm }) }))
        .integration;
    const shared = await create(undefined);
    const own = await create('own');
    const named = await create({ name: 'staff' });
    const again = await create({ name: 'staff' });
    expect(shared.realmId).toBe(t.integration.realmId);
    expect(new Set([shared.realmId, own.realmId, named.realmId]).size).toBe(3);
    expect(again.realmId).toBe(named.realmId);
    expect(await t.engine.integrations.realms(t.caller)).toHaveLength(3);
  });

  test('needs a tenant that there is', async () => {
    const t = await openTestEngine();
    const nowhere: Caller = { ...t.system, tenant: 'tnt_missing' as Caller['tenant'] };
    await expectRefusal(t.engine.integrations.create(nowhere, { name: 'X' }), 'not_found');
  });
});
