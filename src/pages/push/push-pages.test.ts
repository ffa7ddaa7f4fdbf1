import { createECDH, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Challenge } from '../../core/model.ts';
import { type Got, openPortal, type Portal } from '../pages.fixture.ts';

const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

const subscription = {
  endpoint: 'https://push.example.org/send/abc',
  keys: {
    p256dh: createECDH('prime256v1').generateKeys().toString('base64url'),
    auth: randomBytes(16).toString('base64url'),
  },
};

/** A browser with its cookies. */
function softBrowser(portal: Portal) {
  const cookies = new Map<string, string>();
  const headers = () => ({
    'User-Agent': agent,
    Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  });
  const keep = (page: Got): Got => {
    for (const line of page.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return page;
  };
  return {
    cookies,
    get: async (path: string) => keep(await portal.get(path, headers())),
    post: async (path: string, fields: Record<string, string>, more: Record<string, string> = {}) =>
      keep(await portal.post(path, fields, { ...headers(), ...more })),
  };
}

type SoftBrowser = ReturnType<typeof softBrowser>;

/** Registers a browser of a user on the page; answers the last page, too. */
async function register(
  portal: Portal,
  user: string,
  { browser = softBrowser(portal), subscription }: { browser?: SoftBrowser; subscription?: string } = {},
) {
  // So that the newest device is the last one.
  portal.clock.advance(1);
  const { enrollment, ticket } = await portal.beginEnrollment(user);
  await portal.engine.enrollments.prepare(portal.caller, enrollment.id, { kind: 'push' });
  const address = `push/register/?token=${ticket}`;
  const page = await browser.get(address);
  const sent = await browser.post('push/register/', {
    ...page.form('register'),
    ...(subscription === undefined ? {} : { subscription }),
  });
  const owner = await portal.engine.users.findByName(portal.caller, user);
  const devices = await portal.engine.devices.list(portal.caller, owner?.id ?? '');
  return { browser, page, sent, address, device: devices.at(-1), userId: owner?.id ?? '', enrollment };
}

const ask = (portal: Portal, user = 'alice', reference = 'Payroll') =>
  portal.engine.challenges.issue(portal.caller, { user, reference, context: { ip: '198.51.100.9' } });
const numberOf = ({ shown }: Challenge) => shown?.['number'] as string;
const otherThan = (challenge: Challenge) => String(10 + ((Number(numberOf(challenge)) - 9) % 90));
const stateOf = async (portal: Portal, { id }: Challenge) =>
  (await portal.engine.challenges.get(portal.caller, id)).state;

describe('registering a browser', () => {
  it('makes it a device by a button, and gives it a cookie that only this host over TLS can have set', async () => {
    const portal = await openPortal();
    const { sent, device, browser, address } = await register(portal, 'alice');
    expect([sent.status, device?.kind, device?.name]).toEqual([303, 'push', 'Firefox, Linux']);
    const [cookie = ''] = sent.headers.getSetCookie();
    expect(cookie).toMatch(
      /^__Host-countersign-push-dev_\w+=[\w-]{100,}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=34560000; Secure$/,
    );
    const done = await browser.get(address);
    expect(done.text).toContain('This browser is ready');
    expect(done.html).toContain('href="../../enrollment/?token=');
  });

  it('changes nothing by being looked at, and is done once', async () => {
    const portal = await openPortal();
    const { enrollment, ticket } = await portal.beginEnrollment('alice');
    await portal.engine.enrollments.prepare(portal.caller, enrollment.id, { kind: 'push' });
    const page = await portal.get(`push/register/?token=${ticket}`);
    expect(page.headers.getSetCookie()).toEqual([]);
    expect((await portal.engine.enrollments.get(portal.caller, enrollment.id)).state).toBe('prepared');
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => portal.post('push/register/', page.form('register'))),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 409, 409, 409, 409]);
    expect(answers.flatMap(({ headers }) => headers.getSetCookie())).toHaveLength(1);
  });

  it('leads to the enrollment for one that is of another kind or has none yet', async () => {
    const portal = await openPortal();
    const { ticket } = await portal.beginEnrollment('alice');
    const page = await portal.get(`push/register/?token=${ticket}`);
    expect([page.status, page.location]).toEqual([303, `../../enrollment/?token=${ticket}`]);
  });

  it('keeps a subscription that is one, and does without anything else', async () => {
    const portal = await openPortal();
    const wakes = async (text: string) => (await register(portal, 'alice', { subscription: text })).device?.public;
    expect(await wakes(JSON.stringify({ ...subscription, expirationTime: null }))).toEqual({ wakes: true });
    expect(await wakes('{')).toEqual({ wakes: false });
    expect(await wakes('null')).toEqual({ wakes: false });
    expect(await wakes(JSON.stringify({ ...subscription, endpoint: 'http://127.0.0.1/' }))).toEqual({ wakes: false });
  });
});

describe('the page of a registered browser', () => {
  it('waits, and loads itself again where scripts are off', async () => {
    const portal = await openPortal();
    const { browser } = await register(portal, 'alice');
    const page = await browser.get('push/');
    expect(page.text).toContain('Nobody is signing in at the moment.');
    expect(page.text).toContain('alice');
    expect(page.html).toContain('<noscript><meta http-equiv="refresh" content="5" /></noscript>');
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'self'");
  });

  it('says who asks, from where, for what and when, and never the number', async () => {
    const portal = await openPortal();
    const { browser } = await register(portal, 'alice');
    const challenge = await ask(portal);
    const page = await browser.get('push/');
    for (const part of [portal.integration.name, 'alice', '198.51.100.9', 'Payroll', 'UTC'])
      expect(page.text).toContain(part);
    const words = page.text.replaceAll(/\w{3} \d+, \d{4}, \d+:\d\d [AP]M UTC|198\.51\.100\.9/g, '');
    expect(words).not.toContain(numberOf(challenge));
    expect(page.html).not.toContain('http-equiv="refresh"');
  });

  it('approves with the number', async () => {
    const portal = await openPortal();
    const { browser } = await register(portal, 'alice');
    const challenge = await ask(portal);
    const form = (await browser.get('push/')).form('approve');
    const page = await browser.post('push/', { ...form, number: numberOf(challenge) });
    expect(page.text).toContain(`Approved. Go on in ${portal.integration.name}.`);
    expect(await stateOf(portal, challenge)).toBe('passed');
    const again = await browser.post('push/', { ...form, number: numberOf(challenge) });
    expect(again.text).toContain('This sign-in is over already.');
  });

  it('takes what cannot be a number for a slip of the hand, and a wrong number for the end (SMS-07)', async () => {
    const portal = await openPortal();
    const { browser } = await register(portal, 'alice');
    const challenge = await ask(portal);
    const form = (await browser.get('push/')).form('approve');
    for (const number of ['', '1', 'ab', '123']) {
      const page = await browser.post('push/', { ...form, number });
      expect(page.text).toContain('Enter the two digits.');
    }
    expect(await stateOf(portal, challenge)).toBe('pending');
    const page = await browser.post('push/', { ...form, number: otherThan(challenge) });
    expect(page.text).toContain('That was another number');
    expect(await stateOf(portal, challenge)).toBe('failed');
    const late = await browser.post('push/', { ...form, number: numberOf(challenge) });
    expect(late.text).toContain('This sign-in is over already.');
  });

  it('refuses, and nobody asks again for a while (SMS-07)', async () => {
    const portal = await openPortal();
    const { browser } = await register(portal, 'alice');
    const challenge = await ask(portal);
    const page = await browser.post('push/', (await browser.get('push/')).form('refuse'));
    expect(page.text).toContain('Refused. Somebody may know your password');
    expect(await stateOf(portal, challenge)).toBe('denied');
    await expect(ask(portal)).rejects.toMatchObject({ code: 'too_many_messages' });
    const { items } = await portal.engine.audit.query(portal.caller, { event: 'challenge.denied' });
    expect(items).toMatchObject([{ actor: { type: 'user' }, door: 'portal', reason: 'denied_by_user' }]);
  });

  it('belongs to its browser: the form of another one is worth nothing (TEN-01, WEB-01)', async () => {
    const portal = await openPortal();
    const alice = await register(portal, 'alice');
    const bob = await register(portal, 'bob');
    const challenge = await ask(portal);
    const question = (await alice.browser.get('push/')).form('approve');
    const form = { ...question, number: numberOf(challenge) };
    for (const stranger of [bob.browser, softBrowser(portal)])
      expect((await stranger.post('push/', form)).status).toBe(400);
    expect((await bob.browser.get('push/')).text).toContain('Nobody is signing in');
    expect((await alice.browser.post('push/', form, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect((await alice.browser.post('push/', { ...form, ticket: `${question['ticket'] ?? ''}A` })).status).toBe(400);
    expect((await alice.browser.post('push/', { ...form, action: 'other' })).status).toBe(400);
    expect(await stateOf(portal, challenge)).toBe('pending');
  });

  it('approves for every account that the browser was registered for', async () => {
    const portal = await openPortal();
    const { browser } = await register(portal, 'alice');
    await register(portal, 'bob', { browser });
    expect(browser.cookies.size).toBe(2);
    const challenge = await ask(portal, 'bob');
    const page = await browser.get('push/');
    const done = await browser.post('push/', { ...page.form('approve'), number: numberOf(challenge) });
    expect(done.text).toContain('Approved.');
    expect((await browser.get('push/')).text).toContain('alice, bob');
  });

  it('answers what another integration of the realm asks, by the policy of that one', async () => {
    const portal = await openPortal();
    const { browser } = await register(portal, 'alice');
    const { integration } = await portal.engine.integrations.create(portal.caller, { name: 'VPN' });
    const vpn = { ...portal.caller, integration };
    const challenge = await portal.engine.challenges.issue(vpn, { user: 'alice' });
    const page = await browser.get('push/');
    expect(page.text).toContain('VPN');
    await browser.post('push/', { ...page.form('approve'), number: numberOf(challenge) });
    expect((await portal.engine.challenges.get(vpn, challenge.id)).state).toBe('passed');
  });

  it('asks nothing any more when the device is suspended or removed', async () => {
    const portal = await openPortal();
    const { browser, device } = await register(portal, 'alice');
    await portal.engine.devices.setStatus(portal.caller, device?.id ?? '', 'suspended');
    expect((await browser.get('push/')).text).toContain('This browser approves nothing');
    await portal.engine.devices.setStatus(portal.caller, device?.id ?? '', 'active');
    expect((await browser.get('push/')).text).toContain('Nobody is signing in');
    await portal.engine.devices.remove(portal.caller, device?.id ?? '');
    expect((await browser.get('push/')).text).toContain('This browser approves nothing');
  });

  it.each([
    ['forged', (text: string) => `${text.slice(0, -2)}AA`],
    ['of another purpose', (_: string, other: string) => other],
    ['cut short (RND-06)', (text: string) => text.slice(1)],
  ])('does not know a cookie that is %s', async (_, alter) => {
    const portal = await openPortal();
    const { browser } = await register(portal, 'alice');
    await ask(portal);
    const other = (await browser.get('push/')).form('approve')['ticket'] ?? '';
    for (const [name, text] of browser.cookies) browser.cookies.set(name, alter(text, other));
    expect((await browser.get('push/')).text).toContain('This browser approves nothing');
  });

  it('ignores a cookie that somebody else has set beside its own (WEB-06)', async () => {
    const portal = await openPortal();
    const { browser } = await register(portal, 'alice');
    const [[name, text] = ['', '']] = browser.cookies;
    const page = await portal.get('push/', { Cookie: `${name}=${text}; ${name}=${text}` });
    expect(page.text).toContain('This browser approves nothing');
  });
});

describe('being told when the page is closed', () => {
  const wakes = async (portal: Portal, { device }: Awaited<ReturnType<typeof register>>) =>
    (await portal.engine.devices.get(portal.caller, device?.id ?? '')).public['wakes'];

  it('is offered where it can be, and taken for every account of the browser', async () => {
    const portal = await openPortal({ pushKey: 'BKey' });
    const alice = await register(portal, 'alice');
    const bob = await register(portal, 'bob', { browser: alice.browser });
    const page = await alice.browser.get('push/');
    expect(page.html).toMatch(/<div[^>]*data-may-notify\s+hidden\s+data-key="BKey"/);
    const form = page.form('wake');
    const silent = await alice.browser.post('push/', { ...form, subscription: '' });
    expect(silent.text).toContain('Your browser did not allow it.');
    expect([await wakes(portal, alice), await wakes(portal, bob)]).toEqual([false, false]);
    const done = await alice.browser.post('push/', { ...form, subscription: JSON.stringify(subscription) });
    expect(done.text).toContain('Your browser now notifies you');
    expect(done.text).toContain('You may close this page.');
    expect(done.html).not.toContain('data-key');
    expect([await wakes(portal, alice), await wakes(portal, bob)]).toEqual([true, true]);
  });

  it('is taken from nobody else’s form, and not offered without Web Push (WEB-01)', async () => {
    const portal = await openPortal({ pushKey: 'BKey' });
    const [alice, bob] = [await register(portal, 'alice'), await register(portal, 'bob')];
    const form = (await bob.browser.get('push/')).form('wake');
    const fields = { ...form, subscription: JSON.stringify(subscription) };
    expect((await alice.browser.post('push/', fields)).status).toBe(400);
    expect((await bob.browser.post('push/', fields, { 'Sec-Fetch-Site': 'same-site' })).status).toBe(403);
    expect([await wakes(portal, alice), await wakes(portal, bob)]).toEqual([false, false]);
    const without = await openPortal();
    const carol = await register(without, 'carol');
    expect((await carol.browser.get('push/')).html).not.toContain('data-may-notify');
  });
});

describe('what a page that stays open is told', () => {
  /** Reads the stream until it says that. */
  async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, text: string): Promise<string> {
    let read = '';
    while (!read.includes(text)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream ended: ${read}`);
      read += Buffer.from(value).toString('utf8');
    }
    return read;
  }

  async function listen(portal: Portal, browser: SoftBrowser) {
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return portal.app.request(
      'https://2fa.example.org/portal/push/events',
      { headers: { Cookie: cookie } },
      {
        source: '192.0.2.7',
        secure: true,
      },
    );
  }

  it('is each question as it comes and goes, and never its number', async () => {
    const portal = await openPortal();
    const { browser } = await register(portal, 'alice');
    const response = await listen(portal, browser);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await readUntil(reader, 'event: questions\ndata: none\n\n');
    const challenge = await ask(portal);
    const told = await readUntil(reader, `event: questions\ndata: ${challenge.id}\n\n`);
    expect(told).toBe(`event: questions\ndata: ${challenge.id}\n\n`);
    await portal.engine.challenges.deny(portal.caller, challenge.id);
    await readUntil(reader, 'data: none\n\n');
    await reader.cancel();
  });

  it('is for four pages of a device at a time, and a fifth is told to stay away until one leaves', async () => {
    const portal = await openPortal();
    const { browser } = await register(portal, 'alice');
    const streams = [];
    for (let page = 0; page < 4; page++) streams.push(await listen(portal, browser));
    expect((await listen(portal, browser)).status).toBe(204);
    await streams[0]?.body?.cancel();
    const fifth = await listen(portal, browser);
    expect(fifth.status).toBe(200);
    for (const { body } of [...streams.slice(1), fifth]) await body?.cancel();
  });

  it('ends when the server stops', async () => {
    const portal = await openPortal();
    const { browser } = await register(portal, 'alice');
    const response = await listen(portal, browser);
    portal.closeStreams();
    expect(await response.text()).toContain('retry: 2000');
  });

  it('is nothing for a browser that is no device', async () => {
    const portal = await openPortal();
    expect((await portal.get('push/events')).status).toBe(404);
  });
});

describe('what makes the page one that can be installed', () => {
  it('is a manifest and a worker for its own folder', async () => {
    const portal = await openPortal();
    const manifest = await portal.get('push/manifest.webmanifest');
    expect(manifest.headers.get('content-type')).toBe('application/manifest+json');
    expect(JSON.parse(manifest.html)).toMatchObject({ start_url: './', scope: './', display: 'standalone' });
    const [icon] = (JSON.parse(manifest.html) as { icons: { src: string }[] }).icons;
    expect((await portal.get(`push/${icon?.src ?? ''}`)).status).toBe(200);
    const worker = await portal.get('push/worker.js');
    expect(worker.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(worker.html).toContain("addEventListener('push'");
  });
});
