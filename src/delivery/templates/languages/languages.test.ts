import { describe, expect, test } from 'vitest';
import { languageCodes } from '../../../core/language.ts';
import type { OutgoingMessage } from '../../../core/message.ts';
import { noticeEvents } from '../../../core/notice-event.ts';
import { renderMessage } from '../../render-message.ts';

const code: OutgoingMessage = {
  channel: 'mail',
  to: 'alice@example.org',
  template: 'code',
  values: { code: '042179', issuer: 'Example', user: 'alice', minutes: '5' },
};
const notice: OutgoingMessage = {
  channel: 'mail',
  to: 'alice@example.org',
  template: 'notice',
  values: { user: 'alice', integration: 'Demo', at: '2026-01-31T08:30:59.123Z', device: 'My phone', ip: '192.0.2.7' },
};

describe.each(languageCodes)('the messages in %s', (language) => {
  test('tell a code once in the text, never in the subject, and whose it is (EML-11)', () => {
    const { subject, text, html = '' } = renderMessage({ ...code, language });
    expect(subject).toContain('Example');
    expect(subject).not.toContain('042179');
    expect(text.split('\n').filter((line) => line === '042179')).toHaveLength(1);
    expect(text).toContain('alice');
    expect(text).not.toMatch(/undefined|\{n\}|NaN/);
    expect(html).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`);
    expect(html).toContain('dir="ltr"');
    expect(html).not.toMatch(/https?:|src=|href=/);
  });

  test('are short for an SMS', () => {
    const { text, html } = renderMessage({ ...code, channel: 'sms', to: '+12025550123', language });
    expect(text).toContain('042179');
    expect(text).toContain('Example');
    expect(text.length).toBeLessThanOrEqual(160);
    expect(html).toBeUndefined();
  });

  test('do without user and minutes, and know one minute from two', () => {
    const { text } = renderMessage({ ...code, language, values: { code: '042179', issuer: 'Example' } });
    expect(text).not.toMatch(/undefined|NaN|alice/);
    const minutes = ['1', '2', '5', '11'].map(
      (count) => renderMessage({ ...code, language, values: { ...code.values, minutes: count } }).text,
    );
    expect(new Set(minutes).size).toBe(4);
  });

  test.each(noticeEvents)('tell of %s: what, to whom, when and from where, without a link (DLV-08)', (event) => {
    const { subject, text, html = '' } = renderMessage({ ...notice, language, values: { ...notice.values, event } });
    expect(subject).not.toBe('');
    for (const part of ['alice', 'Demo', '2026-01-31 08:30 UTC', '192.0.2.7']) expect(text).toContain(part);
    for (const part of [subject, text, html]) expect(part).not.toMatch(/https?:|href=|undefined/);
    const aboutNoDevice = ['recovery_codes_replaced', 'user_locked', 'access_pass_issued'];
    expect(text.includes('My phone')).toBe(!aboutNoDevice.includes(event));
  });

  test('keep the names of others on their line', () => {
    const device = 'x\r\n\r\n1. Call +1 202 555 0123\u2028<b>';
    const { text, html = '' } = renderMessage({
      ...notice,
      language,
      values: { ...notice.values, event: 'device_added', device },
    });
    expect(text.split(/[\r\n\u2028]+/).some((line) => line.startsWith('1. Call'))).toBe(false);
    expect(html).toContain('&lt;b&gt;');
  });
});

test('no two languages say the same', () => {
  const texts = languageCodes.map((language) => renderMessage({ ...code, language }).text);
  expect(new Set(texts).size).toBe(8);
});

describe('the language of a message', () => {
  const subjectFor = (language: string | undefined) =>
    renderMessage({ ...code, ...(language === undefined ? {} : { language }) }).subject;

  test.each([
    [undefined, 'Your code for Example'],
    ['', 'Your code for Example'],
    ['tlh', 'Your code for Example'],
    ['de', 'Ihr Code für Example'],
    ['DE-at', 'Ihr Code für Example'],
    ['tlh, fr-CA;q=0.8, de;q=0.9', 'Ihr Code für Example'],
    ['*', 'Your code for Example'],
    ['__proto__', 'Your code for Example'],
    ['../../etc/passwd', 'Your code for Example'],
    ['de\r\nBcc: b@example.org', 'Your code for Example'],
  ])('asked for as %j is the first that there is, else English', (language, subject) => {
    expect(subjectFor(language)).toBe(subject);
  });
});

describe('the texts of a tenant', () => {
  const render = (language: string, templates: Parameters<typeof renderMessage>[1], message = code) =>
    renderMessage({ ...message, language }, templates);

  test('count in the language of the reader, the narrower one first, also one that is not built in', () => {
    const own = (subject: string) => ({ code: { subject, text: '{code}' } });
    const templates = { pt: own('pt'), 'pt-BR': own('br'), nl: own('nl') };
    expect(render('pt-BR', templates).subject).toBe('br');
    expect(render('pt-PT', templates).subject).toBe('pt');
    expect(render('nl-BE', templates).subject).toBe('nl');
    expect(render('de', templates).subject).toBe('Ihr Code für Example');
  });

  test('yield to those of the integration, part by part', () => {
    const templates = { en: { code: { subject: 'tenant', text: 'tenant {code}', html: '<p>{code}</p>' } } };
    const override = { text: 'integration {code}' };
    expect(renderMessage({ ...code, override }, templates)).toEqual({ subject: 'tenant', text: 'integration 042179' });
    expect(render('en', templates)).toEqual({ subject: 'tenant', text: 'tenant 042179', html: '<p>042179</p>' });
  });

  test('of a notice hold what has happened, escaped where it is HTML', () => {
    const templates = {
      en: {
        notice: {
          subject: 'Example: {title}',
          text: '{body}\n--\n{user}',
          html: '<h1>{title}</h1>{body}',
          short: '{body}',
        },
      },
    };
    const message = { ...notice, values: { ...notice.values, event: 'device_added', device: '<b>' } };
    const { subject, text, html = '' } = render('en', templates, message);
    expect(subject).toBe('Example: A device was added to your account');
    expect(text).toMatch(/“<b>”[^]*Account: alice, Demo[^]*--\nalice$/);
    expect(html).toContain('“&lt;b&gt;”');
    expect(html).toContain('<br>');
    expect(html).not.toContain('<b>');
  });

  test('are data: nothing in them or in the values is evaluated (EML-08)', () => {
    const text = '{code} {constructor} {__proto__} {{7*7}} ${7*7} <%= 7*7 %> {toString}';
    const rendered = render('en', { en: { code: { text } } });
    expect(rendered.text).toBe(text.replace('{code}', '042179'));
    const twice = renderMessage(
      { ...code, values: { ...code.values, user: '{code}' } },
      { en: { code: { text: '{user} {code}' } } },
    );
    expect(twice.text).toBe('{code} 042179');
  });
});
