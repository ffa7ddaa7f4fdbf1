import { describe, expect, test } from 'vitest';
import { renderMessage } from '../delivery/index.ts';
import { expectRefusal, openTestEngine } from './enrolled.fixture.ts';
import { openOutboxWorld } from './outbox/outbox.fixture.ts';

async function open() {
  const t = await openTestEngine();
  return { ...t, admin: { ...t.system, tenant: t.tenant } };
}

describe('a setting of a tenant', () => {
  test('is there when it is set, sealed, audited, and of nobody else', async () => {
    const t = await open();
    const theme = { name: 'Example', primaryColor: '#0b57d0', logoUrl: 'https://example.org/logo.svg' };
    expect(await t.engine.settings.get(t.tenant, 'theme')).toBeUndefined();
    await t.engine.settings.set(t.admin, 'theme', { name: 'First' });
    expect(await t.engine.settings.set(t.admin, 'theme', theme)).toEqual(theme);
    expect(await t.engine.settings.get(t.tenant, 'theme')).toEqual(theme);
    const { tenant } = await t.engine.tenants.create(t.system, { name: 'Other' });
    expect(await t.engine.settings.get(tenant.id, 'theme')).toBeUndefined();
    const rows = await t.store.read((db) => db.selectFrom('tenant_settings').selectAll().execute());
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('0b57d0');
    await t.engine.settings.set(t.admin, 'theme', undefined);
    expect(await t.engine.settings.get(t.tenant, 'theme')).toBeUndefined();
    const audit = await t.engine.audit.query(t.admin, { event: 'tenant.setting-changed' });
    expect(audit.items.map(({ detail }) => detail)).toEqual([
      { name: 'theme', set: false },
      { name: 'theme', set: true },
      { name: 'theme', set: true },
    ]);
  });

  test.each([
    ['logoUrl', { logoUrl: 'http://example.org/logo.svg' }],
    ['logoUrl', { logoUrl: 'javascript:alert(1)' }],
    ['logoUrl', { logoUrl: "https://example.org/a;script-src 'unsafe-inline'" }],
    ['stylesheetUrl', { stylesheetUrl: 'https://example.org/a.css, https://evil.example' }],
    ['primaryColor', { primaryColor: 'red;}body{display:none' }],
    ['name', { name: 'a\nb' }],
  ])('is refused with a bad %s of the theme', async (path, theme) => {
    const t = await open();
    const refused = await t.engine.settings.set(t.admin, 'theme', theme).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'invalid_parameters', issues: [expect.objectContaining({ path })] });
  });

  test.each([
    ['de.code.text', { de: { code: { text: 'Hallo' } } }],
    ['de.code.subject', { de: { code: { subject: 'Code {code}' } } }],
    ['de.code.subject', { de: { code: { subject: 'a\r\nBcc: b@example.org' } } }],
    ['de.notice.html', { de: { notice: { html: '<p>Something</p>' } } }],
    ['de.code', { de: { code: { from: 'x' } } }],
    ['Deutsch!', { 'Deutsch!': {} }],
  ])('is refused with bad texts: %s (EML-07, EML-11)', async (path, templates) => {
    const t = await open();
    const refused = await t.engine.settings.set(t.admin, 'templates', templates).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'invalid_parameters', issues: [expect.objectContaining({ path })] });
  });

  test('that has no name of a setting is not found', async () => {
    const t = await open();
    for (const name of ['nothing', '__proto__', 'toString'])
      await expectRefusal(t.engine.settings.set(t.admin, name as 'theme', {}), 'not_found');
  });
});

test('the texts of a tenant are in its messages, in the language of the reader', async () => {
  const t = await openOutboxWorld();
  const templates = {
    de: { code: { subject: 'Code von {issuer}', text: 'Ihr Code: {code}\n', short: '{code}' } },
    en: { code: { text: 'Hello {user}: {code}\n' } },
  };
  await t.engine.settings.set({ ...t.system, tenant: t.tenant }, 'templates', templates);
  const prepare = async (user: string, language?: string) => {
    const context = language === undefined ? {} : { language };
    const { id } = await t.engine.enrollments.begin(t.caller, { user, context });
    await t.engine.enrollments.prepare(t.caller, id, { kind: 'email', options: { address: `${user}@example.org` } });
    const last = t.delivered.at(-1);
    if (last === undefined) throw new Error('nothing was sent');
    const { subject, text } = renderMessage(last.message, last.about.templates);
    return { subject, text, code: last.message.values['code'] };
  };
  const german = await prepare('alice', 'de-CH, en;q=0.5');
  expect(german).toMatchObject({ subject: 'Code von Countersign', text: `Ihr Code: ${german.code}\n` });
  const english = await prepare('bob');
  expect(english).toMatchObject({ subject: 'Your code for Countersign', text: `Hello bob: ${english.code}\n` });
  expect((await prepare('carol', 'fr')).subject).toBe('Votre code pour Countersign');
});
