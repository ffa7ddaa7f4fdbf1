import { describe, expect, it } from 'vitest';
import { openPortal, publicUrl } from './pages.fixture.ts';
import { sealChallengeTicket } from './index.ts';
import { giveTotp, openReader } from './visit-page.fixture.ts';

describe('a page that is reached by a ticket', () => {
  it('opens with its ticket, and says the same of a link that is forged, cut short, run out or missing', async () => {
    const portal = await openPortal();
    const { ticket, enrollment } = await portal.beginEnrollment('alice');
    const page = await portal.get(`enrollment/?token=${ticket}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('alice');
    const texts = new Set<string>();
    const forged = ['', '?token=', '?token=x', `?token=${ticket.slice(1)}`, `?token=${ticket.slice(0, -2)}AA`];
    for (const query of [...forged, `?ticket=${ticket}`]) {
      const refused = await portal.get(`enrollment/${query}`);
      expect(refused.status).toBe(400);
      texts.add(refused.text);
    }
    portal.clock.set(enrollment.expiresAt + 600_000);
    const late = await portal.get(`enrollment/?token=${ticket}`);
    expect(late.status).toBe(400);
    texts.add(late.text);
    expect(texts.size).toBe(1);
  });

  it('does not open with a ticket for another page, or of an integration that is closed (FLW-07)', async () => {
    const portal = await openPortal();
    await giveTotp(portal, 'alice');
    const challenge = await portal.engine.challenges.issue(portal.caller, { user: 'alice' });
    const ticket = sealChallengeTicket(portal.engine, portal.caller, challenge, {});
    expect((await portal.get(`challenge/?token=${ticket}`)).status).toBe(200);
    expect((await portal.get(`enrollment/?token=${ticket}`)).status).toBe(400);
    const system = { ...portal.system, tenant: portal.tenant };
    await portal.engine.integrations.update(system, portal.integration.id, { doors: { rest: {} } });
    expect((await portal.get(`challenge/?token=${ticket}`)).status).toBe(400);
    await portal.engine.integrations.update(system, portal.integration.id, { doors: { portal: {} } });
    await portal.engine.tenants.setActive(portal.system, portal.tenant, false);
    expect((await portal.get(`challenge/?token=${ticket}`)).status).toBe(400);
  });

  it('does not show a challenge of another tenant or user to a ticket that names it (TEN-01)', async () => {
    const [portal, other] = [await openPortal(), await openPortal()];
    await giveTotp(portal, 'alice');
    const challenge = await portal.engine.challenges.issue(portal.caller, { user: 'alice' });
    const foreign = sealChallengeTicket(other.engine, other.caller, challenge, {});
    expect((await portal.get(`challenge/?token=${foreign}`)).status).toBe(400);
    expect((await other.get(`challenge/?token=${foreign}`)).status).toBe(404);
    const swapped = sealChallengeTicket(portal.engine, portal.caller, { ...challenge, userId: 'usr_other' }, {});
    expect((await portal.get(`challenge/?token=${swapped}`)).status).toBe(400);
  });

  it('has one spelling, with a slash at the end', async () => {
    const portal = await openPortal();
    const page = await portal.get('enrollment?token=abc&x=%0d%0aSet-Cookie:a');
    expect([page.status, page.location]).toEqual([308, './enrollment/?token=abc&x=%0d%0aSet-Cookie:a']);
  });

  it('is not read by whoever asks for the header only', async () => {
    const portal = await openPortal();
    const { ticket } = await portal.beginEnrollment('alice');
    const response = await portal.app.request(
      `${publicUrl}/portal/enrollment/?token=${ticket}`,
      { method: 'HEAD' },
      { source: '192.0.2.7', secure: true },
    );
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('is in the language that its reader has chosen, or that his browser asks for, on every page that follows', async () => {
    const portal = await openPortal();
    const { ticket } = await portal.beginEnrollment('alice');
    const german = await portal.get(`enrollment/?token=${ticket}`, { 'Accept-Language': 'nl, de-CH;q=0.9, fr;q=0.1' });
    expect(german.html).toContain('<html lang="de" dir="ltr">');
    expect(german.text).toContain('Schützen Sie Ihr Konto');
    expect(german.headers.get('vary')).toBe('Accept-Language');
    const arabic = await portal.get(`enrollment/?token=${ticket}&lang=ar`, { 'Accept-Language': 'de' });
    expect(arabic.html).toContain('<html lang="ar" dir="rtl">');
    const prepared = await portal.submit('enrollment/', arabic, 'choose', { kind: 'totp' });
    expect((await portal.follow('enrollment/', prepared)).html).toContain('<html lang="ar" dir="rtl">');
    const unknown = await portal.get(`enrollment/?token=${ticket}&lang=xx"><script>`);
    expect(unknown.html).toContain('<html lang="en" dir="ltr">');
  });
});

describe('a form', () => {
  it('carries the ticket in its body: without, nothing is done (WEB-01, FLW-08)', async () => {
    const portal = await openPortal();
    const { ticket, enrollment } = await portal.beginEnrollment('alice');
    const state = async () => (await portal.engine.enrollments.get(portal.caller, enrollment.id)).state;
    const fields = { action: 'choose', kind: 'totp' };
    expect((await portal.post(`enrollment/?token=${ticket}`, fields)).status).toBe(400);
    expect((await portal.post('enrollment/', { ...fields, ticket: `${ticket}x` })).status).toBe(400);
    expect((await portal.post('enrollment/', { ticket, action: 'nothing' })).status).toBe(400);
    expect((await portal.post('enrollment/', { ticket, action: 'constructor' })).status).toBe(400);
    expect((await portal.post('enrollment/', { ticket })).status).toBe(400);
    expect((await portal.get(`enrollment/?token=${ticket}&action=choose&kind=totp`)).status).toBe(200);
    expect(await state()).toBe('new');
    expect((await portal.post('enrollment/', { ...fields, ticket })).status).toBe(303);
    expect(await state()).toBe('prepared');
  });

  it.each([
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { 'Sec-Fetch-Site': 'none' },
    { Origin: 'https://evil.example' },
    { Origin: 'http://2fa.example.org' },
    { Origin: 'https://2fa.example.org:8443' },
    { Origin: 'https://2fa.example.org.evil.example' },
    { 'Sec-Fetch-Site': 'cross-site', Origin: publicUrl },
  ])('of another page does nothing, even with a ticket: %j (WEB-01)', async (headers) => {
    const portal = await openPortal();
    const { ticket, enrollment } = await portal.beginEnrollment('alice');
    const sent = await portal.post('enrollment/', { ticket, action: 'choose', kind: 'totp' }, headers);
    expect(sent.status).toBe(403);
    expect(await portal.engine.enrollments.get(portal.caller, enrollment.id)).toMatchObject({ state: 'new' });
  });

  it.each([{ 'Sec-Fetch-Site': 'same-origin' }, { Origin: 'null' }, { Origin: publicUrl }, {}])(
    'of our page is taken: %j',
    async (headers) => {
      const portal = await openPortal();
      const { ticket } = await portal.beginEnrollment('alice');
      const sent = await portal.post('enrollment/', { ticket, action: 'choose', kind: 'totp' }, { ...headers });
      expect(sent.status).toBe(303);
    },
  );

  it('is nothing but a form: not JSON, not text, not too large', async () => {
    const portal = await openPortal();
    const { ticket } = await portal.beginEnrollment('alice');
    const fields = { ticket, action: 'choose', kind: 'totp' };
    for (const type of ['application/json', 'text/plain', 'multipart/form-data', '']) {
      expect((await portal.post('enrollment/', fields, { 'Content-Type': type })).status).toBe(415);
    }
    expect((await portal.post('enrollment/', { ...fields, x: 'x'.repeat(70_000) })).status).toBe(413);
  });

  it('tells nothing of the inside when the server fails (WEB-13)', async () => {
    const portal = await openPortal();
    const reader = await openReader(portal, 'enrollment', (await portal.beginEnrollment('alice')).ticket);
    const page = reader.page();
    portal.engine.enrollments.get = () => Promise.reject(new Error('select * from secrets at /srv/x.ts'));
    const failed = await portal.submit('enrollment/', page, 'choose', { kind: 'totp' });
    expect(failed.status).toBe(500);
    expect(failed.text).toContain('Something went wrong');
    expect(failed.html).not.toMatch(/secrets|\.ts|Error:.*select/);
    expect(portal.faults.splice(0)).toHaveLength(1);
  });
});
