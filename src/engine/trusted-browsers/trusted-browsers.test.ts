import { describe, expect, it, test } from 'vitest';
import type { PolicyOptions } from '../../core/policy/policy.ts';
import { integrationCaller, type TestEngine } from '../../testing/index.ts';
import {
  auditOf,
  enrollEmail,
  enrollTotp,
  type EnrolledTotp,
  expectRefusal,
  giveRecoveryCodes,
  openTestEngine,
  step,
} from '../enrolled.fixture.ts';
import { openFileEngines } from '../file-engines.fixture.ts';
import { fenceRestoredStore, type IntegrationCaller } from '../index.ts';

const day = 24 * 60 * 60;
const remembering: PolicyOptions = { trustedBrowsers: { lifeSeconds: 30 * day } };

/** A challenge of the user that he has passed just now. */
async function pass(t: Pick<TestEngine, 'engine' | 'caller' | 'clock'>, alice: EnrolledTotp): Promise<string> {
  const challenge = await t.engine.challenges.issue(t.caller, { user: alice.name, deviceId: alice.deviceId });
  const { outcome } = await t.engine.challenges.answer(t.caller, challenge.id, { code: alice.code() });
  if (!outcome.accepted) throw new Error('the challenge was not passed');
  t.clock.advance(step);
  return challenge.id;
}

async function trusting(policy: PolicyOptions = remembering) {
  const t = await openTestEngine({ policy });
  const alice = await enrollTotp(t, 'alice');
  const trust = async (name = 'Firefox at home') =>
    t.engine.trustedBrowsers.trust(t.caller, { challengeId: await pass(t, alice), name });
  const decide = (token: string, user = 'alice', caller: IntegrationCaller = t.caller) =>
    t.engine.decide(caller, { user, context: { trustedDeviceToken: token } });
  return { ...t, alice, trust, decide };
}

/** Another integration of the same tenant and realm. */
async function neighbour(t: TestEngine): Promise<IntegrationCaller> {
  const { integration } = await t.engine.integrations.create(
    { ...t.system, tenant: t.tenant },
    { name: 'Neighbour', policy: remembering },
  );
  return integrationCaller(integration);
}

describe('a trusted browser', () => {
  it('skips the second factor, and gets a new token each time (FLW-19)', async () => {
    const t = await trusting();
    let { token } = await t.trust();
    for (let use = 0; use < 3; use++) {
      const decision = await t.decide(token);
      expect(decision).toMatchObject({ result: 'allow', devices: [] });
      expect(decision.trace.at(-1)).toMatchObject({ rule: 'trusted-browser', outcome: 'decides' });
      const next = decision.trustedDevice?.token ?? '';
      expect(next).toMatch(/^ctb_[\w-]{91}$/);
      expect(next).not.toBe(token);
      token = next;
      t.clock.advance(60_000);
    }
    expect(await t.engine.trustedBrowsers.list(t.caller, t.alice.userId)).toMatchObject([
      { name: 'Firefox at home', lastUsedAt: t.clock.now() - 60_000 },
    ]);
  });

  it('is never told as the factor that it skips: the decision names no device and no method', async () => {
    const t = await trusting();
    const { token } = await t.trust();
    expect(JSON.stringify(await t.decide(token))).not.toMatch(/method|totp/);
  });

  it('is good for nobody else, at no other integration and in no other tenant (FLW-19)', async () => {
    const t = await trusting();
    const { token } = await t.trust();
    await enrollTotp(t, 'bob');
    expect(await t.decide(token, 'bob')).toMatchObject({ result: 'challenge' });
    expect(await t.decide(token, 'nobody')).toMatchObject({ result: 'enroll' });
    expect(await t.decide(token, 'alice', await neighbour(t))).toMatchObject({ result: 'challenge' });
    expect((await t.decide(token)).result).toBe('allow');
  });

  it.each([
    ['nothing', ''],
    ['a word', 'trust me'],
    ['a browser that does not exist', `ctb_${'0'.repeat(91)}`],
  ])('is not whoever sends %s', async (_, token) => {
    const t = await trusting();
    await t.trust();
    expect(await t.decide(token)).toMatchObject({ result: 'challenge' });
  });

  it('is not whoever alters a token; the browser itself stays trusted (FLW-19)', async () => {
    const t = await trusting();
    const { token } = await t.trust();
    for (const place of [5, 40, token.length - 1]) {
      const forged = `${token.slice(0, place)}${token.charAt(place) === 'a' ? 'b' : 'a'}${token.slice(place + 1)}`;
      expect((await t.decide(forged)).result).toBe('challenge');
    }
    expect((await t.decide(token)).result).toBe('allow');
  });

  it('may come with the token before for a moment, and hears of the same new one (WEB-09)', async () => {
    const t = await trusting();
    const { token } = await t.trust();
    const first = await t.decide(token);
    t.clock.advance(29_000);
    const again = await t.decide(token);
    expect(again).toMatchObject({ result: 'allow', trustedDevice: first.trustedDevice });
    t.clock.advance(60_000);
    expect((await t.decide(first.trustedDevice?.token ?? '')).result).toBe('allow');
  });

  it('is trusted no more when a replaced token is used later, however old; the trail says so, and the user is told (WEB-09)', async () => {
    const t = await trusting();
    await enrollEmail(t, 'alice', 'alice@example.org');
    const { token: stolen } = await t.trust();
    let { token } = { token: stolen };
    for (let use = 0; use < 3; use++) {
      token = (await t.decide(token)).trustedDevice?.token ?? '';
      t.clock.advance(60_000);
    }
    expect((await t.decide(stolen)).result).toBe('challenge');
    expect((await t.decide(token)).result).toBe('challenge');
    expect(await t.engine.trustedBrowsers.list(t.caller, t.alice.userId)).toEqual([]);
    expect(await auditOf(t, 'trusted-browser.revoked')).toMatchObject([
      { outcome: 'refused', reason: 'token_reused', userId: t.alice.userId },
    ]);
    const told = () => t.messages.map(({ values }) => values['event']);
    await expect.poll(told).toContain('browser_revoked');
  });

  it('is trusted for the time of the policy, also of one that has become shorter', async () => {
    const t = await trusting();
    const { token, expiresAt } = await t.trust();
    expect(expiresAt).toBe(t.clock.now() + 30 * day * 1000);
    const { integration } = await t.engine.integrations
      .update({ ...t.system, tenant: t.tenant }, t.integration.id, {
        policy: { trustedBrowsers: { lifeSeconds: day } },
      })
      .then((changed) => ({ integration: changed }));
    t.clock.advance(day * 1000 - 1);
    const decision = await t.decide(token, 'alice', integrationCaller(integration));
    expect(decision.result).toBe('allow');
    t.clock.advance(1);
    const late = await t.decide(decision.trustedDevice?.token ?? '', 'alice', integrationCaller(integration));
    expect(late.result).toBe('challenge');
  });

  it('is forgotten when the policy trusts none any more, and does not come back with the rule', async () => {
    const t = await trusting();
    const { token } = await t.trust();
    const administration = { ...t.system, tenant: t.tenant };
    const off = await t.engine.integrations.update(administration, t.integration.id, { policy: {} });
    expect((await t.decide(token, 'alice', integrationCaller(off))).result).toBe('challenge');
    const on = await t.engine.integrations.update(administration, t.integration.id, { policy: remembering });
    expect((await t.decide(token, 'alice', integrationCaller(on))).result).toBe('challenge');
  });

  it.each<[string, (t: Awaited<ReturnType<typeof trusting>>) => Promise<unknown>]>([
    ['a device is enrolled', (t) => enrollEmail(t, 'alice', 'alice@example.org')],
    ['a device is made', (t) => t.engine.devices.provision(t.caller, { user: 'alice', devices: [{ kind: 'hotp' }] })],
    ['a device is suspended', (t) => t.engine.devices.setStatus(t.caller, t.alice.deviceId, 'suspended')],
    ['his recovery codes are replaced', (t) => t.engine.devices.regenerateRecoveryCodes(t.caller, t.alice.userId)],
    ['his status is set', (t) => t.engine.users.setStatus(t.caller, t.alice.userId, 'active')],
    ['all are revoked', (t) => t.engine.trustedBrowsers.revokeAll(t.caller, t.alice.userId)],
  ])('is forgotten when %s (FLW-19)', async (_, change) => {
    const t = await trusting();
    const neighbouring = await neighbour(t);
    await giveRecoveryCodes(t, 'alice');
    const { token } = await t.trust();
    await change(t);
    expect((await t.decide(token)).result).not.toBe('allow');
    expect(await t.engine.trustedBrowsers.list(t.caller, t.alice.userId)).toEqual([]);
    expect(await t.engine.trustedBrowsers.list(neighbouring, t.alice.userId)).toEqual([]);
    expect(await auditOf(t, 'trusted-browser.all-revoked')).toMatchObject([{ detail: { browsers: 1 } }]);
  });

  it('is forgotten with the device that is removed, and with the user (FLW-19, TEN-09)', async () => {
    const t = await trusting();
    await enrollEmail(t, 'alice', 'alice@example.org');
    const { token } = await t.trust();
    await t.engine.devices.remove(t.caller, t.alice.deviceId);
    expect((await t.decide(token)).result).toBe('challenge');

    const bob = await enrollTotp(t, 'bob');
    const { token: bobs } = await t.engine.trustedBrowsers.trust(t.caller, { challengeId: await pass(t, bob) });
    await t.engine.users.remove(t.caller, bob.userId);
    expect((await t.decide(bobs, 'bob')).result).toBe('enroll');
  });

  it('can be named, listed and revoked by its integration alone', async () => {
    const t = await trusting();
    const { token, browser } = await t.trust();
    const other = await neighbour(t);
    expect(await t.engine.trustedBrowsers.list(other, t.alice.userId)).toEqual([]);
    await expectRefusal(t.engine.trustedBrowsers.rename(other, t.alice.userId, browser.id, 'x'), 'not_found');
    await expectRefusal(t.engine.trustedBrowsers.revoke(other, t.alice.userId, browser.id), 'not_found');
    expect(await t.engine.trustedBrowsers.rename(t.caller, t.alice.userId, browser.id, 'Laptop')).toMatchObject({
      name: 'Laptop',
    });
    const [listed] = await t.engine.trustedBrowsers.list(t.caller, t.alice.userId);
    expect(listed).toMatchObject({ id: browser.id, name: 'Laptop' });
    expect(JSON.stringify(listed)).not.toMatch(/token|hash/i);
    await expectRefusal(t.engine.trustedBrowsers.revoke(t.caller, 'usr_another', browser.id), 'not_found');
    await t.engine.trustedBrowsers.revoke(t.caller, t.alice.userId, browser.id);
    await expectRefusal(t.engine.trustedBrowsers.revoke(t.caller, t.alice.userId, browser.id), 'not_found');
    expect((await t.decide(token)).result).toBe('challenge');
  });

  it('keeps no token in the database that could be used', async () => {
    const t = await trusting();
    const { token } = await t.trust();
    await t.decide(token);
    const rows = await t.store.db
      .selectFrom('trusted_browsers')
      .selectAll()
      .where('tenant_id', '=', t.tenant)
      .execute();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token.slice(30, 73));
  });

  it('nor one that came with a challenge or an enrollment (FLW-19)', async () => {
    const t = await trusting();
    const { token } = await t.trust();
    const context = { trustedDeviceToken: token, ip: '192.0.2.7', language: 'de' };
    await t.engine.challenges.issue(t.caller, { user: 'alice', context });
    await t.engine.enrollments.begin(t.caller, { user: 'alice', context });
    for (const table of ['challenges', 'enrollments'] as const) {
      const rows = JSON.stringify(
        await t.store.db.selectFrom(table).selectAll().where('tenant_id', '=', t.tenant).execute(),
      );
      expect(rows).toContain('192.0.2.7');
      expect(rows).not.toContain(token);
    }
    expect((await t.decide(token)).result).toBe('allow');
  });
});

describe('a browser becomes trusted', () => {
  it('once for each passed challenge, whoever asks together', async () => {
    const t = await trusting();
    const challengeId = await pass(t, t.alice);
    const asked = await Promise.allSettled(
      Array.from({ length: 50 }, () => t.engine.trustedBrowsers.trust(t.caller, { challengeId })),
    );
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await t.engine.trustedBrowsers.list(t.caller, t.alice.userId)).toHaveLength(1);
    await expectRefusal(t.engine.trustedBrowsers.trust(t.caller, { challengeId }), 'wrong_state');
  });

  it('and the user is told of it by mail (FLW-19)', async () => {
    const t = await trusting();
    await enrollEmail(t, 'alice', 'alice@example.org');
    t.messages.length = 0;
    await t.trust('Firefox at home');
    await expect.poll(() => t.messages.length).toBe(1);
    expect(t.messages).toMatchObject([
      { to: 'alice@example.org', values: { event: 'browser_trusted', browser: 'Firefox at home' } },
    ]);
  });

  it('only shortly after the challenge was passed, and only by one that was passed at this integration', async () => {
    const t = await trusting();
    const other = await neighbour(t);
    const pending = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    await expectRefusal(t.engine.trustedBrowsers.trust(t.caller, { challengeId: pending.id }), 'wrong_state');
    await expectRefusal(t.engine.trustedBrowsers.trust(t.caller, { challengeId: 'chl_none' }), 'not_found');
    const challengeId = await pass(t, t.alice);
    await expectRefusal(t.engine.trustedBrowsers.trust(other, { challengeId }), 'not_found');
    t.clock.advance(5 * 60_000);
    await expectRefusal(t.engine.trustedBrowsers.trust(t.caller, { challengeId }), 'wrong_state');
  });

  it('under no policy that trusts none, which is the default', async () => {
    const t = await trusting({});
    await expectRefusal(t.trust(), 'wrong_state');
  });

  it('by no recovery code: it only stands in for a device', async () => {
    const t = await trusting();
    const [code = ''] = await giveRecoveryCodes(t, 'alice');
    const codes = (await t.engine.devices.list(t.caller, t.alice.userId)).find(({ kind }) => kind === 'recovery-codes');
    const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice', deviceId: codes?.id ?? '' });
    const { outcome } = await t.engine.challenges.answer(t.caller, challenge.id, { code });
    expect(outcome.accepted).toBe(true);
    await expectRefusal(t.engine.trustedBrowsers.trust(t.caller, { challengeId: challenge.id }), 'wrong_state');
  });
});

describe('50 requests with one token', () => {
  it('are all let in, rotate it once and hear of one and the same new token (WEB-09)', async () => {
    const t = await trusting();
    const { token } = await t.trust();
    const decisions = await Promise.all(Array.from({ length: 50 }, () => t.decide(token)));
    expect(decisions.every(({ result }) => result === 'allow')).toBe(true);
    expect(new Set(decisions.map(({ trustedDevice }) => trustedDevice?.token)).size).toBe(1);
    t.clock.advance(60_000);
    expect((await t.decide(decisions[0]?.trustedDevice?.token ?? '')).result).toBe('allow');
  });

  it('are so on several nodes, too', async () => {
    const t = await openFileEngines({ policy: remembering });
    const alice = await enrollTotp(t, 'alice');
    const { token } = await t.engine.trustedBrowsers.trust(t.caller, { challengeId: await pass(t, alice) });
    const nodes = [t.engine, (await t.open()).engine, (await t.open()).engine];
    const ask = { user: 'alice', context: { trustedDeviceToken: token } };
    const decisions = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (nodes[index % 3] ?? t.engine).decide(t.caller, ask)),
    );
    expect(decisions.map(({ result }) => result)).toEqual(Array.from({ length: 50 }, () => 'allow'));
    expect(new Set(decisions.map(({ trustedDevice }) => trustedDevice?.token)).size).toBe(1);
  });
});

test('a restored database trusts no browser of before: it may have been revoked since (MIG-07)', async () => {
  const t = await openFileEngines({ policy: remembering });
  const alice = await enrollTotp(t, 'alice');
  const { token } = await t.engine.trustedBrowsers.trust(t.caller, { challengeId: await pass(t, alice) });
  await fenceRestoredStore(t.store, t.clock);
  const { engine } = await t.open();
  const decide = (trustedDeviceToken: string) =>
    engine.decide(t.caller, { user: 'alice', context: { trustedDeviceToken } });
  expect((await decide(token)).result).toBe('challenge');
  t.clock.advance(2 * step);
  const after = { ...t, engine };
  const fresh = await engine.trustedBrowsers.trust(t.caller, { challengeId: await pass(after, alice) });
  expect((await decide(fresh.token)).result).toBe('allow');
});
