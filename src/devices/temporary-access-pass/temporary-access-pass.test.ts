import { describe, expect, it } from 'vitest';
import { kindContext, noon, seededRandom, stored } from '../kind-context.fixture.ts';
import { canonicalPassCode, newPassCode } from './pass-code.ts';
import { temporaryAccessPass } from './temporary-access-pass.ts';

const kind = temporaryAccessPass();
const hour = 3_600_000;

function issue(options: { lifeSeconds?: number } = {}) {
  const ctx = kindContext(kind);
  const { state, shown } = kind.prepare(kind.options.parse(options), ctx);
  const device = { id: 'dev_1', ...stored(state) };
  return { ctx, device, code: shown?.['code'] as string, shown };
}

describe('an access pass', () => {
  it('is three groups of five characters that nobody takes for others, 75 bits', () => {
    const { code, shown } = issue();
    expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{5}-){2}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(shown).toEqual({ code, expiresAt: new Date(noon + hour).toISOString() });
    const random = seededRandom();
    const many = Array.from({ length: 1000 }, () => newPassCode(random));
    expect(new Set(many).size).toBe(1000);
  });

  it('is accepted as it is shown, in lower case, and with what people take its characters for', () => {
    const { ctx, device, code } = issue();
    const spellings = [
      code,
      code.toLowerCase(),
      code.replaceAll('-', ' '),
      code.replaceAll('0', 'O').replaceAll('1', 'l'),
    ];
    for (const spelling of spellings) {
      expect(kind.check(device, undefined, { code: spelling }, ctx)).toEqual({
        accepted: true,
        next: { secret: device.secret, counters: { used: true } },
        method: { name: 'temporary-access-pass', kind: 'possession', at: noon },
      });
    }
  });

  it('is accepted once', () => {
    const { ctx, device, code } = issue();
    const verdict = kind.check(device, undefined, { code }, ctx);
    const used = { id: device.id, ...(verdict.accepted ? stored(verdict.next) : device) };
    expect(kind.check(used, undefined, { code }, ctx)).toEqual({ accepted: false, reason: 'replayed' });
    expect(kind.isSpent?.(device, noon)).toBe(false);
    expect(kind.isSpent?.(used, noon)).toBe(true);
  });

  it.each([
    [{}, hour],
    [{ lifeSeconds: 600 }, 600_000],
    [{ lifeSeconds: 604_800 }, 604_800_000],
  ])('made with %j runs out after %d ms', (options, life) => {
    const { ctx, device, code } = issue(options);
    const at = (later: number) => kind.check(device, undefined, { code }, ctx.at(noon + later));
    expect(at(life - 1).accepted).toBe(true);
    expect(at(life)).toEqual({ accepted: false, reason: 'expired' });
    expect(kind.isSpent?.(device, noon + life - 1)).toBe(false);
    expect(kind.isSpent?.(device, noon + life)).toBe(true);
  });

  it('does not live longer by a clock that is set back', () => {
    const { ctx, device, code } = issue();
    expect(kind.check(device, undefined, { code }, ctx.at(noon - 2 * hour))).toEqual({
      accepted: false,
      reason: 'expired',
    });
  });

  it.each([{ lifeSeconds: 599 }, { lifeSeconds: 604_801 }, { code: 'MINE' }])('is not made with %j', (options) => {
    expect(kind.options.safeParse(options).success).toBe(false);
  });

  it.each(['', '00000-00000-0000', '00000-00000-000000', '492039', 'U0000-00000-00000'])('is not %j', (code) => {
    const { ctx, device } = issue();
    expect(kind.check(device, undefined, { code }, ctx)).toEqual({ accepted: false, reason: 'malformed' });
    expect(kind.recognizes?.({ code })).toBe(false);
  });

  it('is not another pass, and no structured answer', () => {
    const { ctx, device } = issue();
    expect(kind.check(device, undefined, { code: '00000-00000-00000' }, ctx)).toEqual({
      accepted: false,
      reason: 'wrong',
    });
    expect(kind.check(device, undefined, { response: {} }, ctx)).toEqual({ accepted: false, reason: 'malformed' });
  });

  it('that was issued before the backup which was restored is not accepted: it may have been used since (MIG-07)', () => {
    const { ctx, device, code } = issue();
    const check = (fencedAt: number) => kind.check(device, undefined, { code }, { ...ctx, fencedAt });
    expect(check(noon)).toEqual({ accepted: false, reason: 'replayed' });
    expect(check(noon - 1).accepted).toBe(true);
  });

  it('is nothing that a user enrolls or an import brings', () => {
    expect(kind.selfService).toBe(false);
    expect('adopt' in kind).toBe(false);
  });

  it('keeps a hash and tells when it runs out, and not what it is', () => {
    const { device, code } = issue();
    const canonical = canonicalPassCode(code.replaceAll('-', '')) ?? '';
    expect(canonical).toHaveLength(15);
    const kept = JSON.stringify(device).toLowerCase();
    expect(kept).not.toContain(canonical);
    expect(kind.describe(device)).toEqual({ expiresAt: new Date(noon + hour).toISOString(), used: false });
  });
});
