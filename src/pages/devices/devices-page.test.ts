import { describe, expect, it, test } from 'vitest';
import { hotp as hotpCode } from '../../otp/index.ts';
import { returnUrl } from '../pages.fixture.ts';
import { devicesTexts } from '../locales/devices/index.ts';
import { languageCodes } from '../../core/language.ts';
import { type AtDevices, atDevices } from './devices.fixture.ts';
import { openDevicesVisit } from './ticket.ts';

/** Opens the page of the telephone. */
async function openTelephone(t: AtDevices) {
  return t.open(`&device=${t.deviceId}`);
}

/** The device that is not the telephone. */
async function mailDevice(t: AtDevices): Promise<string> {
  const devices = await t.engine.devices.list(t.caller, t.userId);
  return devices.find(({ kind }) => kind === 'email')?.id ?? '';
}

/** Notices that have reached the user, oldest first. */
function notices(t: AtDevices): (string | undefined)[] {
  return t.messages.filter(({ template }) => template === 'notice').map(({ values }) => values['event']);
}

test('the texts of the page are translated, each of them', () => {
  const texts = languageCodes.map((language) => {
    const { title, lead, add, browsers, recovery, proof, resync, noProof } = devicesTexts[language];
    return [title, lead('x'), add, browsers.lead, recovery.left(3), proof.lead, resync.lead('x'), noProof].join(' ');
  });
  expect(new Set(texts).size).toBe(languageCodes.length);
});

describe('the list of devices', () => {
  it('shows what somebody has, when it was used, and what is out of use', async () => {
    const t = await atDevices();
    await t.engine.devices.setStatus(t.caller, await mailDevice(t), 'suspended');
    const page = await t.open();
    expect(page.status).toBe(200);
    expect(page.text).toContain('With these you prove that you are alice.');
    expect(page.text).toMatch(/Telephone.*Last used: .* UTC/);
    expect(page.text).toMatch(/E-mail a•••e@example\.org Out of use Not used yet/);
    expect(page.html).toContain(`datetime="${new Date(t.clock.now()).toISOString()}"`);
    expect(page.text).not.toContain('alice@example.org');
  });

  it('shows how many recovery codes are left', async () => {
    const t = await atDevices();
    expect((await t.open()).text).toContain('You have none.');
    await t.engine.devices.regenerateRecoveryCodes(t.caller, t.userId);
    expect((await t.open()).text).toMatch(/\d+ codes are left/);
  });

  it.each(languageCodes)('speaks %s', async (language) => {
    const t = await atDevices();
    const page = await t.open(`&lang=${language}`);
    expect(page.html).toContain(`<html lang="${language}"`);
    const { title, add, lastUsed } = devicesTexts[language];
    for (const text of [title, add, lastUsed]) expect(page.text).toContain(text.replaceAll(/\s/g, ' '));
  });

  it('is closed to somebody who is inactive, who was removed, and to whoever comes late', async () => {
    const t = await atDevices();
    const page = await t.open();
    await t.engine.users.setStatus(t.caller, t.userId, 'inactive');
    expect((await t.open()).status).toBe(403);
    expect((await t.submit('devices/', page, 'add')).status).toBe(403);
    await t.engine.users.setStatus(t.caller, t.userId, 'active');
    t.clock.advance(30 * 60_000);
    expect((await t.submit('devices/', page, 'add')).status).toBe(400);
    await t.engine.users.remove(t.caller, t.userId);
    expect((await t.open()).status).toBe(404);
  });

  it('leads back to the integration', async () => {
    const t = await atDevices();
    const user = { id: t.userId, name: 'alice' };
    const { ticket } = openDevicesVisit(t.engine, t.caller, user, t.clock.now(), returnUrl);
    expect((await t.get(`devices/?token=${ticket}`)).html).toContain(`href="${returnUrl}"`);
  });
});

describe('a change', () => {
  it('is done after a proof that was asked for it, and the user hears of it (FLW-14)', async () => {
    const t = await atDevices();
    const proof = await t.go(await openTelephone(t), 'rename', { name: 'Old telephone' });
    expect(proof.text).toContain('Rename “Telephone” to “Old telephone”');
    expect(await t.deviceNames()).toContain('Telephone');
    const list = await t.go(proof, 'answer', { code: await lastMailed(t, proof) });
    expect(list.text).toContain('The device has its new name.');
    expect(await t.deviceNames()).toContain('Old telephone');
    await expect.poll(() => notices(t)).toEqual(['device_renamed']);
  });

  it('is not done by a wrong answer, and the page says how many tries are left', async () => {
    const t = await atDevices();
    const proof = await t.go(await openTelephone(t), 'remove');
    const wrong = await t.submit('devices/', proof, 'answer', { code: '000000' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('You have 4 more tries.');
    expect((await t.submit('devices/', proof, 'answer', { code: ' ' })).status).toBe(422);
    expect(await t.deviceNames()).toContain('Telephone');
  });

  it('is done once: the proof is good for nothing when it is sent again', async () => {
    const t = await atDevices();
    const proof = await t.go(await t.open(), 'codes');
    const code = t.code();
    const answers = await Promise.all([1, 2, 3].map(() => t.submit('devices/', proof, 'answer', { code })));
    expect(answers.filter(({ text }) => text.includes('Your recovery codes'))).toHaveLength(1);
    expect((await t.submit('devices/', proof, 'answer', { code })).location).toBeDefined();
    expect((await t.post('devices/', { ...proof.form('answer'), action: 'apply' })).location).toBeDefined();
    const { items } = await t.engine.audit.query(t.caller, { event: 'device.provisioned', limit: 100 });
    expect(items.filter(({ detail }) => detail?.['kind'] === 'recovery-codes')).toHaveLength(1);
  });

  it('is not done by the proof of another change', async () => {
    const t = await atDevices();
    const telephone = await openTelephone(t);
    const renaming = await t.go(telephone, 'rename', { name: 'New name' });
    const removing = await t.go(telephone, 'remove');
    const code = await lastMailed(t, removing);
    // The code of the one in the form of the other.
    await t.submit('devices/', renaming, 'answer', { code });
    expect(await t.deviceNames()).toContain('Telephone');
    // And the one carried out when the other was confirmed elsewhere.
    const { items } = await t.engine.challenges.list(t.caller, { state: 'pending' });
    const passed = await t.engine.challenges.answer(t.caller, items[0]?.id ?? '', { code });
    expect(passed.outcome.accepted).toBe(true);
    await t.post('devices/', { ...renaming.form('cancel'), action: 'apply' });
    expect(await t.deviceNames()).toContain('Telephone');
    await t.post('devices/', { ...removing.form('cancel'), action: 'apply' });
    expect(await t.deviceNames()).not.toContain('Telephone');
  });

  it('that was confirmed elsewhere is done by a button, not by looking, and not later than its challenge (WEB-01)', async () => {
    const t = await atDevices();
    const pending = await t.submit('devices/', await openTelephone(t), 'remove');
    const proof = await t.follow('devices/', pending);
    const { items } = await t.engine.challenges.list(t.caller, { state: 'pending' });
    const { id = '', deviceId } = items[0] ?? {};
    expect(deviceId).toBe(await mailDevice(t));
    await t.engine.challenges.answer(t.caller, id, { code: await lastMailed(t, proof) });
    const confirmed = await t.follow('devices/', pending);
    expect(confirmed.text).toContain('You have confirmed it.');
    expect(await t.deviceNames()).toContain('Telephone');
    const done = await Promise.all([1, 2, 3].map(() => t.submit('devices/', confirmed, 'apply')));
    expect(done.every(({ status }) => status === 303)).toBe(true);
    expect(await t.deviceNames()).not.toContain('Telephone');
    const { items: removed } = await t.engine.audit.query(t.caller, { event: 'device.removed' });
    expect(removed).toHaveLength(1);
  });

  it('can be proven another way, resent, and left alone', async () => {
    const t = await atDevices();
    const pending = await t.submit('devices/', await openTelephone(t), 'remove');
    const proof = await t.follow('devices/', pending);
    expect((await t.submit('devices/', proof, 'resend')).status).toBe(429);
    t.clock.advance(30_000);
    expect((await t.go(proof, 'resend')).text).toContain('We have sent another code.');
    const ways = await t.get(`devices/${(pending.location ?? '').slice(2)}&way=other`);
    expect(ways.text).toContain('Telephone');
    const otherwise = await t.go(ways, 'another');
    expect(otherwise.text).toContain('Type the code that “Telephone” shows now.');
    const list = await t.go(otherwise, 'cancel');
    expect(list.text).toContain('My devices');
    expect(await t.deviceNames()).toContain('Telephone');
    const { items } = await t.engine.challenges.list(t.caller, { state: 'pending' });
    expect(items).toEqual([]);
  });

  it('of a device of somebody else is not there', async () => {
    const t = await atDevices();
    const { devices } = await t.engine.devices.provision(t.caller, { user: 'bob', devices: [{ kind: 'totp' }] });
    const device = devices[0]?.device.id ?? '';
    const telephone = await openTelephone(t);
    for (const action of ['remove', 'rename'])
      expect((await t.submit('devices/', telephone, action, { device, name: 'Mine' })).status).toBe(404);
    const page = await t.open(`&device=${device}`);
    expect(page.status).toBe(303);
    expect(await t.engine.devices.get(t.caller, device)).toMatchObject({ name: 'Authenticator app' });
  });

  it('is not made by a page of somebody else (WEB-01)', async () => {
    const t = await atDevices();
    const fields = (await openTelephone(t)).form('remove');
    const foreign = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' };
    expect((await t.post('devices/', fields, foreign)).status).toBe(403);
    const { items } = await t.engine.challenges.list(t.caller, {});
    expect(items).toEqual([]);
  });
});

describe('a device', () => {
  it('cannot take the name of another, which is said before anything is proven', async () => {
    const t = await atDevices();
    const taken = await t.submit('devices/', await openTelephone(t), 'rename', { name: 'E-mail a•••e@example.org' });
    expect([taken.status, taken.text]).toEqual([409, expect.stringContaining('has this name')]);
    for (const name of ['', 'x'.repeat(129)]) {
      const bad = await t.submit('devices/', await openTelephone(t), 'rename', { name });
      expect(bad.status).toBeGreaterThanOrEqual(400);
    }
  });

  it('that is removed is proven with another one, and the last one with itself and a warning', async () => {
    const t = await atDevices();
    const first = await t.go(await openTelephone(t), 'remove');
    expect(first.text).toContain('a•••e@example.org');
    expect(first.text).not.toContain('last device');
    await t.go(first, 'answer', { code: await lastMailed(t, first) });
    // Recovery codes are not spent on it unless he wants.
    await t.engine.devices.regenerateRecoveryCodes(t.caller, t.userId);
    const last = await t.go(await t.open(`&device=${await mailDevice(t)}`), 'remove');
    expect(last.text).toContain('This is your last device.');
    const list = await t.go(last, 'answer', { code: await lastMailed(t, last) });
    expect(list.text).toContain('You have no device yet.');
    const removals = () => notices(t).filter((event) => event === 'device_removed');
    await expect.poll(removals).toHaveLength(2);
  });

  it('is added on the page Enroll, from which the way leads back', async () => {
    const t = await atDevices();
    const proof = await t.go(await t.open(), 'add');
    expect(proof.text).toContain('Add a device');
    const sent = await t.submit('devices/', proof, 'answer', { code: t.code() });
    expect(sent.location).toMatch(/^\.\.\/enrollment\/\?token=/);
    const enroll = await t.get((sent.location ?? '').slice('../'.length));
    expect(enroll.text).toContain('alice');
    const cancelled = await t.submit('enrollment/', enroll, 'cancel');
    expect(cancelled.location).toMatch(/^\.\.\/devices\/\?token=/);
    expect((await t.get((cancelled.location ?? '').slice('../'.length))).text).toContain('My devices');
  });

  it('is added without a proof by somebody who has none, and by nobody whose devices are only out of use (FLW-14, FLW-26)', async () => {
    const t = await atDevices();
    for (const { id } of await t.engine.devices.list(t.caller, t.userId))
      await t.engine.devices.setStatus(t.caller, id, 'suspended');
    const refused = await t.submit('devices/', await t.open(), 'add');
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('Ask your administrator')]);
    for (const { id } of await t.engine.devices.list(t.caller, t.userId)) await t.engine.devices.remove(t.caller, id);
    const free = await t.submit('devices/', await t.open(), 'add');
    expect(free.location).toMatch(/^\.\.\/enrollment\/\?token=/);
  });

  it('whose counter has run away is set right with two codes', async () => {
    const t = await atDevices();
    const secret = Buffer.from('12345678901234567890');
    const { devices } = await t.engine.devices.provision(t.caller, {
      user: 'alice',
      devices: [{ kind: 'hotp', name: 'Token', options: { secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' } }],
    });
    const device = devices[0]?.device.id ?? '';
    const page = await t.open(`&device=${device}&resync=yes`);
    const codes = [30, 31].map((counter) => hotpCode({ secret, counter }));
    const wrong = await t.submit('devices/', page, 'resynchronize', { first: '000000', second: '000000' });
    expect(wrong.status).toBe(422);
    expect((await t.submit('devices/', page, 'resynchronize', { first: codes[0] ?? '' })).status).toBe(422);
    const done = await t.go(page, 'resynchronize', { first: codes[0] ?? '', second: codes[1] ?? '' });
    expect(done.text).toContain('The device is set right.');
    await expect.poll(() => notices(t)).toContain('device_resynchronized');
  });
});

describe('recovery codes', () => {
  it('are made, shown once, can be kept as a file, and void those before (REC-06)', async () => {
    const t = await atDevices();
    const before = await t.engine.devices.regenerateRecoveryCodes(t.caller, t.userId);
    const [old = ''] = (before.shown?.['codes'] ?? []) as string[];
    const proof = await t.go(await t.open(), 'codes');
    const shown = await t.submit('devices/', proof, 'answer', { code: t.code() });
    const codes = shown.text.match(/[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/g) ?? [];
    expect(codes.length).toBeGreaterThanOrEqual(8);
    const file = await t.submit('devices/', shown, 'download');
    expect(file.headers.get('content-disposition')).toContain('attachment');
    expect(file.html).toContain(codes[0]);
    const accepts = async (code: string) =>
      (await t.engine.verify(t.caller, { user: 'alice', answer: { code } })).accepted;
    expect([await accepts(old), await accepts(codes[0] ?? '')]).toEqual([false, true]);
  });
});

describe('trusted browsers', () => {
  /** Trusts a browser after a challenge of the app. */
  async function trust(t: AtDevices, name: string): Promise<string> {
    const { id } = await t.engine.challenges.issue(t.caller, { user: 'alice', deviceId: t.deviceId });
    await t.engine.challenges.answer(t.caller, id, { code: t.code() });
    return (await t.engine.trustedBrowsers.trust(t.caller, { challengeId: id, name })).browser.id;
  }
  const policy = { trustedBrowsers: { lifeSeconds: 86_400 } };

  it('are named, and revoked one or all, each time with a proof', async () => {
    const t = await atDevices({ policy });
    await trust(t, 'Firefox at home');
    await trust(t, 'Laptop');
    const list = await t.open();
    expect(list.text).toMatch(/Trusted browsers.*Firefox at home.*Until:.*Laptop/);
    const one = await t.go(list, 'revoke');
    expect(one.text).toContain('Trust “Firefox at home” no more');
    expect((await t.go(one, 'answer', { code: t.code() })).text).toContain('The browser is not trusted any more.');
    const left = await t.engine.trustedBrowsers.list(t.caller, t.userId);
    expect(left.map(({ name }) => name)).toEqual(['Laptop']);
    const all = await t.go(list, 'revoke-all');
    expect((await t.go(all, 'answer', { code: t.code() })).text).toContain('No browser is trusted any more.');
    expect(await t.engine.trustedBrowsers.list(t.caller, t.userId)).toEqual([]);
    await expect
      .poll(() => notices(t))
      .toEqual(['browser_trusted', 'browser_trusted', 'browser_revoked', 'browser_revoked']);
  });

  it('of somebody else are not there', async () => {
    const t = await atDevices({ policy });
    const browser = await trust(t, 'Firefox at home');
    const { user } = await t.engine.devices.provision(t.caller, { user: 'bob', devices: [{ kind: 'totp' }] });
    const { ticket } = openDevicesVisit(t.engine, t.caller, user, t.clock.now());
    const fields = { ticket, action: 'revoke', browser };
    expect((await t.post('devices/', fields)).status).toBe(404);
    expect(await t.engine.trustedBrowsers.list(t.caller, t.userId)).toHaveLength(1);
  });
});

/** The code of the newest message, if the page asks for one. */
async function lastMailed(t: AtDevices, page: { text: string }): Promise<string> {
  if (!page.text.includes('We have sent a code')) return t.code();
  return t.messages.findLast(({ template }) => template === 'code')?.values['code'] ?? '';
}
