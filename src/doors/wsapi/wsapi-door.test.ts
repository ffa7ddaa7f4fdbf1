import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { signYubico } from '../../otp/index.ts';
import vectors from '../../../test/vectors/yubikey-otp.json' with { type: 'json' };
import { integrationOf } from '../rest/rest.fixture.ts';
import { openWsapi, softKey, typed, type Wsapi } from './wsapi.fixture.ts';

const nonce = 'askjdnkajsndjkasndkjsnad';

function signed(t: Wsapi, parameters: Record<string, string>, key = t.key): Record<string, string> {
  const whole = { id: String(t.id), nonce, otp: typed(1, 0), ...parameters };
  return { ...whole, h: signYubico(whole, key) };
}

describe('GET /wsapi/2.0/verify', () => {
  test('accepts an OTP of a user’s key, in signed lines that end with CR LF (OSS-48)', async () => {
    const t = await openWsapi();
    await t.give('alice');
    const otp = typed(1, 0);
    const { text, signed: isSigned, response } = await t.ask(signed(t, { otp }));
    expect(text).toMatch(
      new RegExp(
        `^h=[\\w+/]{27}=\r\nt=[-0-9T:]{19}Z0[0-9]{3}\r\notp=${otp}\r\nnonce=${nonce}\r\nsl=100\r\nstatus=OK\r\n\r\n$`,
      ),
    );
    expect(isSigned).toBe(true);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { items } = await t.engine.audit.query(t.admin, { event: 'verify.answered' });
    expect(items).toMatchObject([{ outcome: 'accepted', door: 'wsapi', integrationId: t.integration.id }]);
  });

  test('tells the counters of the key with timestamp=1, and only then (YUB-09)', async () => {
    const t = await openWsapi();
    await t.give('alice');
    expect((await t.verify(typed(3, 2), { timestamp: '1' })).parameters).toMatchObject({
      status: 'OK',
      timestamp: '16',
      sessioncounter: '3',
      sessionuse: '2',
    });
    expect((await t.verify(typed(3, 3), { timestamp: '0' })).parameters).not.toHaveProperty('sessioncounter');
    expect((await t.verify(typed(3, 3), { timestamp: '1' })).parameters).not.toHaveProperty('sessioncounter');
  });

  test('takes sl and timeout as the protocol bounds them, and asks nobody for either (YUB-09)', async () => {
    const t = await openWsapi();
    await t.give('alice');
    let use = 0;
    for (const more of [{ sl: '0' }, { sl: '100' }, { sl: 'fast' }, { sl: 'secure' }, { timeout: '8' }])
      expect((await t.verify(typed(1, use++), more)).parameters).toMatchObject({ status: 'OK', sl: '100' });
    for (const more of [
      { sl: '101' },
      { sl: '-1' },
      { sl: 'all' },
      { timeout: '1e9' },
      { timeout: '999999' },
      { timestamp: 'x' },
    ])
      expect((await t.verify(typed(1, use), more)).status).toBe('MISSING_PARAMETER');
  });

  test('takes the vectors in their order, each once (YUB-01, YUB-03)', async () => {
    const t = await openWsapi();
    await t.give('alice');
    const rows = vectors.vectors.filter(({ public_id_modhex }) => public_id_modhex === softKey.publicId);
    const told = [];
    for (const { otp } of rows) told.push((await t.verify(otp)).status);
    expect(told).toEqual(['OK', 'OK', 'REPLAYED_OTP', 'OK', 'REPLAYED_OTP']);
    for (const { otp } of rows) expect(await t.verify(otp)).toMatchObject({ status: 'REPLAYED_OTP', signed: true });
  });

  test('says BAD_OTP to whatever else is wrong with an OTP (YUB-04)', async () => {
    const t = await openWsapi();
    await t.give('alice');
    for (const otp of [
      typed(1, 0, { privateId: '000000000000' }),
      typed(1, 0, { aesKey: '00000000000000000000000000000000' }),
      typed(1, 0, { publicId: 'cccccccccccd' }),
      typed(1, 0).slice(12),
      typed(1, 0).slice(0, -1),
      '123456',
    ])
      expect(await t.verify(otp)).toMatchObject({ status: 'BAD_OTP', signed: true, parameters: { otp } });
    expect((await t.verify(typed(1, 0).toUpperCase())).parameters).toMatchObject({
      otp: typed(1, 0).toUpperCase(),
      status: 'OK',
    });
  });

  test('accepts one of fifty requests with the same OTP at once (YUB-02)', async () => {
    const t = await openWsapi();
    await t.give('alice');
    const told = await Promise.all(Array.from({ length: 50 }, () => t.verify(typed(1, 0))));
    expect(told.filter(({ status }) => status === 'OK')).toHaveLength(1);
    for (const { status } of told) expect(['OK', 'REPLAYED_OTP', 'OPERATION_NOT_ALLOWED']).toContain(status);
    const { items } = await t.engine.audit.query(t.admin, { event: 'verify.answered', limit: 100 });
    expect(items.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
  });

  test('knows a request that comes again, also fifty times at once: by its OTP and nonce, for an hour', async () => {
    const t = await openWsapi();
    await t.give('alice');
    const told = await Promise.all(Array.from({ length: 50 }, () => t.ask(signed(t, {}))));
    expect(told.filter(({ status }) => status === 'OK')).toHaveLength(1);
    expect(told.filter(({ status }) => status === 'REPLAYED_REQUEST')).toHaveLength(49);
    expect((await t.ask(signed(t, { otp: typed(1, 0).toUpperCase() }))).status).toBe('REPLAYED_REQUEST');
    expect((await t.ask(signed(t, { otp: typed(1, 1) }))).status).toBe('OK');
    t.clock.advance(3_600_001);
    await t.engine.sweep();
    expect((await t.ask(signed(t, {}))).status).toBe('REPLAYED_OTP');
  });
});

describe('who may ask', () => {
  test('is who signs with the key of the integration, over everything he sends (YUB-07)', async () => {
    const t = await openWsapi();
    await t.give('alice');
    const right = signed(t, { timestamp: '1', sl: '50' });
    const { h = '' } = right;
    for (const wrong of [
      { ...right, h: h.toLowerCase() === h ? h.toUpperCase() : h.toLowerCase() },
      { ...right, h: h.slice(0, -1) },
      { ...right, h: encodeURIComponent(`${h}=`) },
      { ...right, h: '' },
      { ...right, sl: '51' },
      { ...right, added: '1' },
      { ...right, otp: typed(1, 1) },
      { ...right, nonce: `${nonce}x` },
      signed(t, {}, Buffer.from('another key')),
    ])
      expect(await t.ask(wrong)).toMatchObject({ status: 'BAD_SIGNATURE', signed: true });
    const reversed = Object.fromEntries(Object.entries(right).toReversed());
    expect(await t.ask(reversed)).toMatchObject({ status: 'OK', signed: true });
    const bare = signed(t, { otp: typed(1, 1) });
    const plus = `/wsapi/2.0/verify?${Object.entries(bare)
      .map(([name, value]) => `${name}=${value}`)
      .join('&')}`;
    expect(await (await t.send(plus)).text()).toContain('status=OK\r\n');
  });

  test('is not who signs nothing, unless the integration takes that; what is signed for him is what he may ask (YUB-07)', async () => {
    const t = await openWsapi();
    await t.give('alice');
    const { h: _h, ...unsigned } = signed(t, {});
    expect(await t.ask(unsigned)).toMatchObject({ status: 'MISSING_PARAMETER', signed: undefined });
    const open = await openWsapi({ unsigned: true });
    await open.give('alice');
    const { h: _too, ...same } = signed(open, {});
    expect(await open.ask(same)).toMatchObject({ status: 'OK', signed: true });
    expect(await open.ask({ ...same, h: 'x' })).toMatchObject({ status: 'BAD_SIGNATURE', signed: true });
  });

  test('is not an integration that is not there, not active, or does not list this door', async () => {
    const t = await openWsapi();
    await t.give('alice');
    const nobody = { status: 'NO_SUCH_CLIENT', signed: undefined };
    expect(await t.ask(signed(t, { id: '999999' }))).toMatchObject(nobody);
    expect(await t.ask(signed(t, { id: '0' }))).toMatchObject(nobody);
    await t.engine.integrations.update(t.admin, t.integration.id, { active: false });
    expect(await t.ask(signed(t, {}))).toMatchObject(nobody);
    await t.engine.integrations.update(t.admin, t.integration.id, { active: true, doors: { rest: {} } });
    expect(await t.ask(signed(t, {}))).toMatchObject({ status: 'OPERATION_NOT_ALLOWED', signed: true });
    expect(await t.ask(signed(t, {}, Buffer.from('another key')))).toMatchObject(nobody);
  });

  test('has a new key when its generation changes, and the one before for as long as that is said', async () => {
    const t = await openWsapi();
    await t.give('alice');
    const change = (doors: object) =>
      t.engine.integrations.update(t.admin, t.integration.id, { doors: { wsapi: { ...doors } } });
    await change({ keyGeneration: 2, previousKey: true });
    expect(await t.ask(signed(t, {}))).toMatchObject({ status: 'OK', signed: true });
    const next = t.engine.sharedKeys.derive(t.integration, 'wsapi', 2);
    expect(await t.ask(signed(t, { otp: typed(1, 1) }, next), next)).toMatchObject({ status: 'OK', signed: true });
    await change({ keyGeneration: 2 });
    expect(await t.ask(signed(t, { otp: typed(1, 2) }), next)).toMatchObject({ status: 'BAD_SIGNATURE', signed: true });
    await change({ keyGeneration: 'two' });
    expect(await t.ask(signed(t, { otp: typed(1, 2) }, next))).toMatchObject({
      status: 'BACKEND_ERROR',
      signed: undefined,
    });
    expect(t.reported.splice(0)).toMatchObject([{ code: 'misconfigured' }]);
  });

  test('sees neither the keys of another tenant nor those of another realm', async () => {
    const t = await openWsapi();
    await t.give('alice');
    const { tenant } = await t.engine.tenants.create(t.system, { name: 'Elsewhere' });
    for (const home of [t.tenant, tenant.id]) {
      const { integration } = await integrationOf(t, home, 'Other', { wsapi: {} });
      const { number, key } = await t.engine.sharedKeys.read({ ...t.admin, tenant: home }, integration.id, 'wsapi', 1);
      const told = await t.ask(signed(t, { id: String(number) }, key), key);
      expect(told).toMatchObject({ status: 'BAD_OTP', signed: true });
    }
    expect((await t.ask(signed(t, {}))).status).toBe('OK');
  });
});

describe('a stranger', () => {
  test('is not told whether a key is known: both take the same way, and run out of guesses alike (BF-05)', async () => {
    const t = await openWsapi({}, { guesses: { perUser: 3 } });
    await t.give('alice');
    const tries = async (publicId: string) => {
      const told = [];
      for (let use = 0; use < 5; use++)
        told.push((await t.verify(typed(1, use, { publicId, aesKey: '11111111111111111111111111111111' }))).status);
      return told;
    };
    const exhausted = ['BAD_OTP', 'BAD_OTP', 'BAD_OTP', 'OPERATION_NOT_ALLOWED', 'OPERATION_NOT_ALLOWED'];
    expect(await tries('cccccccccccb')).toEqual(exhausted);
    expect(await tries('cccccccccccd')).toEqual(exhausted);
    expect((await t.verify(typed(9, 0))).status).toBe('OPERATION_NOT_ALLOWED');
  });

  test.each([
    ['nothing', {}],
    ['no client', { id: '' }],
    ['a client of eleven digits', { id: '12345678901' }],
    ['a client in SQL', { id: "1' OR '1'='1" }],
    ['a client in other digits', { id: '１' }],
    ['a short nonce', { nonce: 'a'.repeat(15) }],
    ['a long nonce', { nonce: 'a'.repeat(41) }],
    ['a nonce with a line of its own', { nonce: `${nonce}\r\nstatus=OK` }],
    ['a nonce in SQL', { nonce: "'; DROP TABLE devices; --" }],
    ['a nonce in other letters', { nonce: 'ñ'.repeat(20) }],
    ['no OTP', { otp: '' }],
    ['an OTP with a line of its own', { otp: `${typed(1, 0)}\r\nstatus=OK` }],
    ['an OTP with a blank', { otp: `${typed(1, 0)} x` }],
    ['an OTP of a megabyte', { otp: 'c'.repeat(1 << 20) }],
  ])('is told MISSING_PARAMETER about %s, and hears nothing of what he sent (YUB-08)', async (_what, changed) => {
    const t = await openWsapi();
    const whole = Object.keys(changed).length === 0 ? {} : signed(t, changed);
    const { text } = await t.ask(whole);
    expect(text).toMatch(/^t=[-0-9T:]{19}Z0[0-9]{3}\r\nstatus=MISSING_PARAMETER\r\n\r\n$/);
  });

  test('cannot say anything twice, nor send what is no text', async () => {
    const t = await openWsapi();
    const query = new URLSearchParams(signed(t, {})).toString();
    for (const more of ['&otp=x', '&id=1', '&x=%00', `&h=${'x'.repeat(27)}`])
      expect(await (await t.send(`/wsapi/2.0/verify?${query}${more}`)).text()).toContain(
        'status=MISSING_PARAMETER\r\n',
      );
  });

  test('gets no OTP used up by another method, and nothing at another path', async () => {
    const t = await openWsapi();
    await t.give('alice');
    const query = new URLSearchParams(signed(t, {})).toString();
    for (const method of ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await t.send(`/wsapi/2.0/verify?${query}`, method);
      expect([method, status, headers.get('allow')]).toEqual([method, 405, 'GET']);
    }
    for (const path of ['/wsapi', '/wsapi/verify', '/wsapi/2.0/verify/', '/wsapi/2.0/sync', '/wsapi/1.0/verify'])
      expect((await t.send(`${path}?${query}`)).status).toBe(404);
    expect((await t.ask(signed(t, {}))).status).toBe('OK');
  });
});

test('a key of a suspended device, an inactive user or a kind that is not allowed is answered BAD_OTP', async () => {
  const t = await openWsapi();
  await t.give('alice');
  const user = await t.engine.users.findByName(t.caller, 'alice');
  const [device] = await t.engine.devices.list(t.caller, user?.id ?? '');
  await t.engine.devices.setStatus(t.caller, device?.id ?? '', 'suspended');
  expect((await t.verify(typed(1, 0))).status).toBe('BAD_OTP');
  await t.engine.devices.setStatus(t.caller, device?.id ?? '', 'active');
  await t.engine.users.setStatus(t.caller, user?.id ?? '', 'inactive');
  expect((await t.verify(typed(1, 1))).status).toBe('BAD_OTP');
  await t.engine.users.setStatus(t.caller, user?.id ?? '', 'active');
  await t.engine.integrations.update(t.admin, t.integration.id, { policy: { allowedKinds: ['totp'] } });
  expect((await t.verify(typed(1, 2))).status).toBe('BAD_OTP');
  await t.engine.integrations.update(t.admin, t.integration.id, { policy: {} });
  expect((await t.verify(typed(1, 3))).status).toBe('OK');
});

test('a fault is BACKEND_ERROR to the client, signed, and told to the operator', async () => {
  const t = await openWsapi();
  await t.give('alice');
  await sql`update devices set secret = 'v1.gone.AAAA'`.execute(t.store.db);
  expect(await t.verify(typed(1, 0))).toMatchObject({ status: 'BACKEND_ERROR', signed: true });
  expect(t.reported).toMatchObject([{ code: 'sealed_value_invalid' }]);
});
