import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeBase32, totp } from '../../otp/index.ts';
import { type Got, openPortal, type Portal, returnUrl } from '../pages.fixture.ts';
import { lastCode, openReader } from '../visit-page.fixture.ts';

async function openEnroll(options: Parameters<typeof openPortal>[0] = {}, user = 'alice') {
  const portal = await openPortal(options);
  const { enrollment, ticket } = await portal.beginEnrollment(user, { returnUrl, state: 's-1' });
  const reader = await openReader(portal, 'enrollment', ticket);
  const state = () => portal.engine.enrollments.get(portal.caller, enrollment.id);
  return { portal, enrollment, ticket, reader, state };
}

/** The code of the key that a page shows. */
function codeOn(page: Got, portal: Portal): string {
  const key = /<code class="key"[^>]*>([^<]*)</.exec(page.html)?.[1] ?? '';
  return totp({ secret: decodeBase32(key.replaceAll(' ', '')), time: portal.clock.now() });
}

describe('the page Enroll', () => {
  it('adds an authenticator app: QR code and key, a first code, a name, recovery codes, and back', async () => {
    const { portal, reader, state } = await openEnroll();
    const step = await reader.submit('choose', { kind: 'totp' });
    expect(step.html).toMatch(/<svg [^>]*viewBox/);
    expect(step.html).toContain('href="otpauth://totp/');
    expect(step.html).toMatch(/<input[^>]*inputmode="numeric"[^>]*autocomplete="one-time-code"/s);
    expect(step.html).not.toContain('type="number"');
    const done = await reader.submit('answer', { code: ` ${codeOn(step, portal)} ` });
    expect(done.text).toContain('That worked');
    expect(await state()).toMatchObject({ state: 'completed' });
    const named = await reader.submit('name', { name: 'Telephone of alice <b>' });
    expect(named.text).toContain('The name is saved.');
    expect(named.text).toContain('“Telephone of alice <b>” protects your account');
    const codes = await reader.submit('codes');
    const list = Array.from(codes.html.matchAll(/<li>([^<]*)<\/li>/g), ([, code = '']) => code);
    expect(list.length).toBeGreaterThanOrEqual(8);
    const outcome = await portal.engine.verify(portal.caller, { user: 'alice', answer: { code: list[0] ?? '' } });
    expect(outcome.accepted).toBe(true);
    expect(codes.html).not.toContain('name="lang"');
    const file = await reader.submitOf(codes, 'download');
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="recovery-codes.txt"');
    expect(file.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    for (const code of list) expect(file.html).toContain(code);
    const again = await reader.open();
    for (const code of list) expect(again.html).not.toContain(code);
    const back = await reader.submit('finish');
    expect([back.status, back.location?.startsWith(`${returnUrl}?result=`)]).toEqual([303, true]);
  });

  it('shows recovery codes once, also to two clicks at the same time (REC-06)', async () => {
    const { portal, reader } = await openEnroll();
    const step = await reader.submit('choose', { kind: 'totp' });
    const done = await reader.submit('answer', { code: codeOn(step, portal) });
    const clicks = await Promise.all([1, 2, 3].map(() => portal.submit('enrollment/', done, 'codes')));
    const shown = clicks.filter(({ html }) => html.includes('id="codes"'));
    expect(shown).toHaveLength(1);
    const late = await reader.submitOf(done, 'codes');
    expect(late.text).toContain('You have recovery codes already.');
    expect(late.html).not.toContain('id="codes"');
  });

  it.each([
    ['email', 'alice@example.org'],
    ['sms', '+49 30 901820'],
  ])('adds an address of the kind %s, and sends another code when it is time', async (kind, address) => {
    const { portal, reader, state } = await openEnroll();
    const form = await reader.open(`&kind=${kind}`);
    expect(form.form('send')).toMatchObject({ kind });
    const sent = await reader.submit('send', { address });
    expect(sent.text).toContain(`We have sent a code to ${address}.`);
    const first = lastCode(portal);
    const early = await reader.submit('again');
    expect(early.status).toBe(429);
    expect(early.text).toContain('You can ask for another code in 30 seconds.');
    expect(portal.messages).toHaveLength(1);
    portal.clock.advance(30_000);
    const again = await reader.submit('again');
    expect(again.text).toContain('We have sent another code.');
    expect(portal.messages).toHaveLength(2);
    // The same code twice, by chance, is right; then nothing is typed.
    const stale = lastCode(portal) === first ? '' : first;
    expect((await reader.submit('answer', { code: stale })).status).toBe(422);
    await reader.submit('answer', { code: lastCode(portal) });
    expect(await state()).toMatchObject({ state: 'completed', kind });
  });

  it('sends the message in the language of the page', async () => {
    const { portal, reader } = await openEnroll();
    await reader.open('&lang=de&kind=email');
    await reader.submit('send', { address: 'alice@example.org' });
    expect(portal.messages.at(-1)).toMatchObject({ language: 'de' });
  });

  it('says at the field what is wrong, and to readers of the screen', async () => {
    const { portal, reader, state } = await openEnroll();
    await reader.open('&kind=email');
    const wrong = await reader.submit('send', { address: 'nobody at all' });
    expect(wrong.status).toBe(400);
    expect(wrong.html).toMatch(/<input[^>]*aria-describedby="address-error"[^>]*aria-invalid="true"/s);
    expect(wrong.html).toMatch(/<p class="error" id="address-error" role="alert"[^>]*>This does not look right/);
    expect(wrong.html).toContain('value="nobody at all"');
    expect(wrong.html).toContain('<title>Error: ');
    const empty = await reader.submit('send', { address: ' ' });
    expect(empty.text).toContain('Fill in this field.');
    expect(portal.messages).toEqual([]);
    expect(await state()).toMatchObject({ state: 'new' });
  });

  it('lets somebody choose another kind, and spends no try on that or on an empty field (FLW-08)', async () => {
    const { reader, state } = await openEnroll();
    await reader.submit('choose', { kind: 'totp' });
    expect((await reader.submit('answer', { code: ' ' })).text).toContain('Fill in this field.');
    expect(await state()).toMatchObject({ attemptsLeft: 5 });
    expect((await reader.submit('restart')).text).toContain('Protect your account');
    await reader.submit('choose', { kind: 'hotp' });
    expect(await state()).toMatchObject({ kind: 'hotp', state: 'prepared' });
  });

  it('offers what the policy accepts and a user makes himself, and prepares nothing else', async () => {
    const { reader, state } = await openEnroll({ policy: { allowedKinds: ['totp', 'recovery-codes'] } });
    expect(reader.page().text).toContain('Authenticator app');
    expect(reader.page().text).not.toMatch(/E-mail|Passkey|Recovery/);
    for (const kind of ['hotp', 'temporary-access-pass', 'recovery-codes', 'nothing', '']) {
      expect((await reader.submit('choose', { kind })).status).toBe(403);
    }
    expect((await reader.open('&kind=email')).text).toContain('Protect your account');
    expect(await state()).toMatchObject({ state: 'new' });
  });

  it('ends after too many wrong answers, and says so to the application', async () => {
    const { portal, reader, state } = await openEnroll();
    const step = await reader.submit('choose', { kind: 'totp' });
    const wrong = codeOn(step, portal) === '000000' ? '000001' : '000000';
    for (let tries = 1; tries <= 5; tries++) await reader.submit('answer', { code: wrong });
    expect(await state()).toMatchObject({ state: 'failed' });
    expect(reader.page().text).toContain('That did not work out');
    expect(reader.page().html).toContain(`href="${returnUrl}?error=failed&amp;state=s-1"`);
  });

  it('can be cancelled, and goes back without a result', async () => {
    const { reader, state } = await openEnroll();
    const back = await reader.submit('cancel');
    expect(back.location).toBe(`${returnUrl}?error=cancelled&state=s-1`);
    expect(await state()).toMatchObject({ state: 'cancelled' });
  });

  it('does nothing of what belongs to a device before there is one (FLW-01)', async () => {
    const { portal, ticket, state } = await openEnroll();
    for (const action of ['name', 'codes', 'finish']) {
      const refused = await portal.post('enrollment/', { ticket, action, name: 'x' });
      expect([action, refused.status]).toEqual([action, 409]);
    }
    expect(await state()).toMatchObject({ state: 'new' });
    expect(await portal.engine.users.findByName(portal.caller, 'alice')).toBeUndefined();
  });

  it('asks a kind that it does not know for a code', async () => {
    const code = '4711';
    const plain = {
      name: 'shout',
      title: 'Shouting',
      description: 'Somebody shouts.',
      configuration: z.strictObject({}),
      options: z.strictObject({}),
      prepare: () => ({ state: { secret: {}, counters: {} }, shown: { hear: code }, deviceName: 'Voice' }),
      confirm: (_prepared: unknown, answer: { code?: string }) =>
        answer.code === code
          ? {
              accepted: true as const,
              next: { secret: {}, counters: {} },
              method: { name: 'shout', kind: 'possession' as const, at: 0 },
            }
          : { accepted: false as const, reason: 'wrong' as const },
      check: () => ({ accepted: false as const, reason: 'wrong' as const }),
      describe: () => ({}),
    };
    const { reader, state } = await openEnroll({ kinds: [plain] });
    const step = await reader.submit('choose', { kind: 'shout' });
    expect(step.text).toContain('Set up: Shouting');
    await reader.submit('answer', { code });
    expect(await state()).toMatchObject({ state: 'completed', kind: 'shout' });
  });
});
