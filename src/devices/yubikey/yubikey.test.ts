import { describe, expect, test } from 'vitest';
import { refusedBy } from '../../core/refusal.fixture.ts';
import { encodeYubikeyOtp } from '../../otp/index.ts';
import vectors from '../../../test/vectors/yubikey-otp.json' with { type: 'json' };
import type { KindContext, Verdict } from '../device-kind.ts';
import { kindContext, noon, stored } from '../kind-context.fixture.ts';
import type { YubikeyConfiguration } from './configuration.ts';
import type { YubikeyCounters, YubikeySecret, YubikeyState } from './state.ts';
import type { YubikeyValidation } from './validate-yubikey.ts';
import { yubikey } from './yubikey.ts';

type Context = KindContext<YubikeyConfiguration>;
type YubikeyVerdict = Verdict<YubikeySecret, YubikeyCounters>;

const kind = yubikey();
const ctx = kindContext(kind);
const refused = (reason: string) => ({ accepted: false, reason });

const soft = { publicId: 'cccccccccccb', privateId: '8792ebfe26cc', aesKey: 'ecde18dbe76fbd0c33330f1c354871db' };

interface Touch {
  usageCounter: number;
  sessionUse: number;
  timestamp?: number;
  random?: number;
  publicId?: string;
  privateId?: string;
  aesKey?: string;
}

function touch({ usageCounter, sessionUse, ...rest }: Touch): string {
  const { timestamp = 0, random = 1, publicId, privateId, aesKey } = { ...soft, ...rest };
  const otp = { publicId, privateId: Buffer.from(privateId, 'hex'), usageCounter, sessionUse, timestamp, random };
  return encodeYubikeyOtp({ ...otp, capsLock: false }, Buffer.from(aesKey, 'hex'));
}

describe('a key that is validated here', () => {
  const fresh = (): YubikeyState => stored(kind.prepare(kind.options.parse(soft), ctx).state);
  const check = (state: YubikeyState, code: string): YubikeyVerdict =>
    kind.check({ id: 'dev_1', ...state }, undefined, { code }, ctx);

  function accept(state: YubikeyState, code: string): YubikeyState {
    const verdict = check(state, code);
    if (!verdict.accepted) throw new Error(`refused: ${verdict.reason}`);
    return stored(verdict.next);
  }

  test('is enrolled by its first touch, and known by its public id', () => {
    const first = touch({ usageCounter: 1, sessionUse: 0, timestamp: 77 });
    const state = fresh();
    expect(kind.confirm({ state, kept: undefined }, { code: first }, ctx)).toEqual({
      accepted: true,
      next: { secret: soft, counters: { usageCounter: 1, sessionUse: 0, timestamp: 77 } },
      method: { name: 'yubikey', kind: 'possession', at: noon },
    });
    expect(kind.lookup?.(state)).toBe(soft.publicId);
    expect(kind.describe(accept(state, first))).toEqual({
      publicId: soft.publicId,
      validation: 'local',
      usageCounter: 1,
      sessionUse: 0,
      timestamp: 77,
    });
    expect(JSON.stringify(kind.describe(state))).not.toMatch(/8792|ecde/);
  });

  test('takes the vectors of one key in their order, and each of them once (YUB-01, YUB-03)', () => {
    const rows = vectors.vectors.filter(({ public_id_modhex }) => public_id_modhex === soft.publicId);
    let state = fresh();
    const verdicts = rows.map(({ otp }) => {
      const verdict = check(state, otp);
      if (verdict.accepted) state = stored(verdict.next);
      return verdict.accepted ? 'accepted' : verdict.reason;
    });
    expect(verdicts).toEqual(['accepted', 'accepted', 'replayed', 'accepted', 'replayed']);
    expect(state.counters).toMatchObject({ usageCounter: 0x14, sessionUse: 0 });
    for (const { otp } of rows) expect(check(state, otp)).toEqual(refused('replayed'));
  });

  test.each(vectors.vectors)('takes the vector $otp: $note', (row) => {
    const options = { publicId: row.public_id_modhex, privateId: row.private_id_hex, aesKey: row.aes_key_hex };
    const adopted = kind.adopt?.(options, ctx);
    if (adopted === undefined) throw new Error('cannot adopt');
    const used = accept(adopted.state, row.otp);
    expect(used.counters.usageCounter).toBe(Number.parseInt(row.usage_counter_hex, 16) & 0x7fff);
    expect(check(used, row.otp)).toEqual(refused('replayed'));
  });

  test('orders OTPs by plug-in, then by touch, whatever their timestamp says (YUB-01, YUB-03)', () => {
    const at = (usageCounter: number, sessionUse: number, timestamp: number) =>
      touch({ usageCounter, sessionUse, timestamp, random: timestamp & 0xffff });
    const state = accept(fresh(), at(5, 7, 1000));
    for (const [usage, use, time] of [
      [5, 7, 1000],
      [5, 7, 2000],
      [5, 6, 3000],
      [4, 255, 0xff_ffff],
      [0, 0, 0],
    ] as const)
      expect(check(state, at(usage, use, time))).toEqual(refused('replayed'));
    expect(accept(state, at(5, 8, 900)).counters).toEqual({ usageCounter: 5, sessionUse: 8, timestamp: 900 });
    expect(accept(state, at(6, 0, 0)).counters).toEqual({ usageCounter: 6, sessionUse: 0, timestamp: 0 });
  });

  test('refuses the right AES key with another private id, and every other forgery, in one way (YUB-04)', () => {
    const at = { usageCounter: 9, sessionUse: 0 };
    const otp = touch(at);
    const flipped = `${otp.slice(0, -1)}${otp.endsWith('c') ? 'b' : 'c'}`;
    for (const code of [
      touch({ ...at, privateId: '8792ebfe26cd' }),
      touch({ ...at, privateId: '000000000000' }),
      touch({ ...at, aesKey: '00000000000000000000000000000000' }),
      touch({ ...at, publicId: 'cccccccccccd' }),
      touch({ ...at, publicId: 'cccccccccb' }),
      flipped,
    ])
      expect(check(fresh(), code)).toEqual(refused('wrong'));
    expect(check(fresh(), otp).accepted).toBe(true);
  });

  test('reads what was typed with caps lock, blanks or another keyboard layout, each the same OTP', () => {
    const code = touch({ usageCounter: 3, sessionUse: 1 });
    const dvorak = code.replaceAll(/./g, (letter) => 'jxe.uidchtnbpygk'.charAt('cbdefghijklnrtuv'.indexOf(letter)));
    let state = accept(fresh(), dvorak);
    for (const spelling of [code, code.toUpperCase(), `  ${code}\t`, dvorak, dvorak.toUpperCase()])
      expect(check(state, spelling)).toEqual(refused('replayed'));
    state = accept(fresh(), code.toUpperCase());
    expect(check(state, dvorak)).toEqual(refused('replayed'));
  });

  test('is asked only about what could be an OTP with a public id', () => {
    const code = touch({ usageCounter: 3, sessionUse: 1 });
    expect(kind.recognizes?.({ code })).toBe(true);
    for (const other of ['123456', code.slice(12), code.slice(1), `${code}a`, `${'c'.repeat(34)}${code}`, ''])
      expect([other, kind.recognizes?.({ code: other })]).toEqual([other, false]);
    expect(check(fresh(), code.slice(12))).toEqual(refused('malformed'));
    for (const { otp } of vectors.negative.slice(1, 3)) expect(check(fresh(), otp)).toEqual(refused('malformed'));
  });

  test('is at its end when it has counted as far as it can', () => {
    const state = accept(fresh(), touch({ usageCounter: 0x7fff, sessionUse: 0xfe }));
    expect(kind.isSpent?.(state, noon)).toBe(false);
    expect(kind.isSpent?.(accept(state, touch({ usageCounter: 0x7fff, sessionUse: 0xff })), noon)).toBe(true);
  });

  test('has nothing examined: what a caller puts there changes nothing', async () => {
    const state = fresh();
    const answer = { code: 'cccccccccccb'.padEnd(44, 'c'), examined: { status: 'valid' } };
    expect(await kind.examine?.({ state, kept: undefined, enrolling: false }, answer, ctx)).toBeUndefined();
    expect(kind.check({ id: 'dev_1', ...state }, undefined, answer, ctx)).toEqual(refused('wrong'));
  });

  test.each([
    [{ publicId: 'cccccccccccb', aesKey: soft.aesKey }, ['privateId']],
    [{ aesKey: soft.aesKey }, ['publicId', 'privateId']],
    [{ publicId: 'cccccccccccb', privateId: soft.privateId }, ['aesKey']],
    [{ ...soft, publicId: '' }, ['publicId']],
    [{ ...soft, publicId: 'abc' }, ['publicId']],
    [{ ...soft, publicId: 'c'.repeat(34) }, ['publicId']],
    [{ ...soft, privateId: '8792' }, ['privateId']],
    [{ ...soft, aesKey: `${soft.aesKey}00` }, ['aesKey']],
    [{ ...soft, secret: 'x' }, ['secret']],
  ])('refuses the options %j, whoever validates', (options, paths) => {
    const asking = yubikey({ validate: async () => ({ status: 'invalid' }) });
    for (const each of [kind, asking]) {
      expect(each.options.safeParse(options).success).toBe(false);
      expect(refusedBy(() => each.adopt?.(options, ctx))).toEqual({ code: 'invalid_parameters', paths });
    }
  });
});

describe('a key that a server validates', () => {
  const code = touch({ usageCounter: 8, sessionUse: 2 });
  const next = touch({ usageCounter: 8, sessionUse: 3 });
  const use = { usageCounter: 8, sessionUse: 2, timestamp: 5 };

  function remote(...says: YubikeyValidation[]) {
    const asked: string[] = [];
    const kind = yubikey({
      validate: async (otp) => {
        asked.push(otp);
        const said = says.shift();
        if (said === undefined) throw new Error('the server has nothing more to say');
        return said;
      },
    });
    async function answer(state: YubikeyState, code: string, context: Context = ctx): Promise<YubikeyVerdict> {
      const examined = await kind.examine?.({ state, kept: undefined, enrolling: false }, { code }, context);
      const given = { code, ...(examined === undefined ? {} : { examined: stored(examined) }) };
      return kind.check({ id: 'dev_1', ...state }, undefined, given, context);
    }
    return { kind, asked, answer };
  }
  const known = (counters: YubikeyCounters = {}): YubikeyState => ({ secret: { publicId: soft.publicId }, counters });

  test('is enrolled by touching it: the first OTP says which key it is', async () => {
    const { kind, asked } = remote({ status: 'valid', use });
    const { state, deviceName, shown } = kind.prepare({}, ctx);
    expect([state, deviceName, shown]).toEqual([{ secret: {}, counters: {} }, 'YubiKey', undefined]);
    const examined = await kind.examine?.({ state, kept: undefined, enrolling: true }, { code }, ctx);
    const verdict = kind.confirm({ state, kept: undefined }, { code, ...(examined && { examined }) }, ctx);
    if (!verdict.accepted) throw new Error(verdict.reason);
    expect(verdict.next.secret).toEqual({ publicId: soft.publicId });
    expect(verdict.next.counters).toMatchObject(use);
    expect(JSON.stringify(verdict.next)).not.toContain(code.slice(12));
    expect(kind.lookup?.(verdict.next)).toBe(soft.publicId);
    expect(kind.describe(verdict.next)).toEqual({ publicId: soft.publicId, validation: 'remote', ...use });
    expect(asked).toEqual([code]);
  });

  test('is judged as the server says', async () => {
    for (const [said, reason] of [
      ['invalid', 'wrong'],
      ['replayed', 'replayed'],
    ] as const)
      expect(await remote({ status: said }).answer(known(), code)).toEqual(refused(reason));
  });

  test('is not believed to be new by the server’s word alone: the last OTP and lower counters are replays', async () => {
    const { answer } = remote(
      { status: 'valid' },
      { status: 'valid' },
      { status: 'valid', use },
      { status: 'valid', use },
      { status: 'valid', use: { ...use, usageCounter: 7, sessionUse: 200 } },
    );
    const first = await answer(known(), code);
    if (!first.accepted) throw new Error(first.reason);
    const used = stored(first.next);
    expect(await answer(used, code.toUpperCase())).toEqual(refused('replayed'));
    expect((await answer(used, next)).accepted).toBe(true);
    expect(await answer(known(use), next)).toEqual(refused('replayed'));
    expect(await answer(known(use), next)).toEqual(refused('replayed'));
  });

  test('is refused with an error, and not as a wrong guess, when nobody can validate it', async () => {
    const unavailable = { code: 'unavailable' };
    await expect(remote({ status: 'unavailable', detail: 'x' }).answer(known(), code)).rejects.toMatchObject({
      ...unavailable,
      detail: 'a YubiKey could not be validated: x',
    });
    await expect(remote().answer(known(), code)).rejects.toMatchObject(unavailable);
    const kind = yubikey();
    const examined = await kind.examine?.({ state: known(), kept: undefined, enrolling: false }, { code }, ctx);
    expect(() =>
      kind.check({ id: 'dev_1', ...known() }, undefined, { code, ...(examined && { examined }) }, ctx),
    ).toThrow(expect.objectContaining(unavailable));
    expect(() => kind.check({ id: 'dev_1', ...known() }, undefined, { code }, ctx)).toThrow(
      expect.objectContaining(unavailable),
    );
  });

  test('does not ask a server about the OTP of another key, or about what is none', async () => {
    const { asked, answer } = remote();
    expect(await answer(known(), touch({ usageCounter: 8, sessionUse: 2, publicId: 'cccccccccccd' }))).toEqual(
      refused('wrong'),
    );
    expect(await answer(known(), '123456')).toEqual(refused('malformed'));
    expect(asked).toEqual([]);
  });

  test('asks about the OTP in modhex, whatever was typed', async () => {
    const { asked, answer } = remote({ status: 'valid' });
    expect((await answer(known(), ` ${code.toUpperCase()}`)).accepted).toBe(true);
    expect(asked).toEqual([code]);
  });

  test('can be given by an administrator with its public id, and without a server by nobody', () => {
    expect(remote().kind.adopt?.({ publicId: soft.publicId }, ctx)?.state).toEqual(known());
    const needed = { code: 'invalid_parameters', paths: ['publicId'] };
    expect(refusedBy(() => remote().kind.adopt?.({}, ctx))).toEqual(needed);
    const nobody = { code: 'invalid_parameters', paths: ['privateId', 'aesKey'] };
    expect(refusedBy(() => kind.adopt?.({ publicId: soft.publicId }, ctx))).toEqual(nobody);
    expect(kind.options.safeParse({}).success).toBe(false);
    expect(kind.options.safeParse(soft).success).toBe(true);
    expect(remote().kind.options.safeParse({}).success).toBe(true);
  });
});
