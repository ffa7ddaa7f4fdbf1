import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CountersignError } from '../core/errors.ts';
import { type OutgoingMessage, escapeHtml, renderMessage } from './index.ts';

const code: OutgoingMessage = {
  channel: 'mail',
  to: 'alice@example.org',
  template: 'code',
  values: { code: '04217', issuer: 'Example', minutes: '5', user: 'alice' },
};

function refusalOf(message: OutgoingMessage): unknown {
  try {
    return renderMessage(message);
  } catch (error) {
    return error;
  }
}

describe('the template of a code', () => {
  it('has the code on a line of its own, its life time and whom to tell', () => {
    const { text } = renderMessage(code);
    expect(text.split('\n')).toContain('04217');
    expect(text).toContain('5 minutes');
    expect(text).toContain('If you did not try to sign in, tell your administrator');
    expect(text).toContain('Example');
    expect(text).toContain('alice');
  });

  it('names the issuer in the subject and not the code (EML-11)', () => {
    expect(renderMessage(code).subject).toBe('Your code for Example');
  });

  it('says where the code belongs before it says the code, so that a preview shows the former (EML-11)', () => {
    const { text, html = '' } = renderMessage(code);
    expect(text.indexOf('04217')).toBeGreaterThan(90);
    const visible = html.slice(html.indexOf('<body')).replace(/<[^>]+>/g, '');
    expect(visible.trim().indexOf('04217')).toBeGreaterThan(90);
  });

  it('makes the code large and selectable in HTML', () => {
    expect(renderMessage(code).html).toMatch(/<span [^>]*font:700 32px[^>]*user-select:all[^>]*>04217<\/span>/);
  });

  it('does without user and minutes', () => {
    const { text } = renderMessage({ ...code, values: { code: '04217', issuer: 'Example' } });
    expect(text).not.toMatch(/undefined|minutes/);
    expect(renderMessage({ ...code, values: { ...code.values, minutes: '1' } }).text).toContain('1 minute ');
  });

  it('is one short text for SMS, without HTML', () => {
    const sms = renderMessage({ ...code, channel: 'sms', to: '+4930901820' });
    expect(sms.text).toBe('04217 is your code for Example. Valid for 5 minutes. Do not share it.');
    expect(sms.text.length).toBeLessThanOrEqual(160);
    expect(sms).not.toHaveProperty('html');
  });

  it('loads nothing from anywhere and runs nothing (EML-08)', () => {
    expect(renderMessage(code).html).not.toMatch(/https?:|\/\/|src=|url\(|@import|<link|<script|<img/i);
  });

  it('keeps names inside their sentence (EML-07, EML-08)', () => {
    const name = 'x\r\n.\r\n\r\n99999\u2028\nhttp://evil.example';
    const { text, subject } = renderMessage({ ...code, values: { ...code.values, user: name, issuer: name } });
    expect(text.split('\n').filter((line) => /^\d+$/.test(line))).toEqual(['04217']);
    expect(subject).not.toMatch(/[\r\n\u2028]/);
    const long = renderMessage({ ...code, values: { ...code.values, issuer: '🔑'.repeat(5000) } });
    expect(long.subject.length).toBeLessThan(130);
    expect(long.subject).toMatch(/^[^\p{Cs}]*$/u);
  });
});

describe('the template of a notice', () => {
  it('has title and paragraphs', () => {
    const values = { title: 'A device was added', body: 'On Monday.\nAt noon.\n\nWas it <you>?' };
    const notice = renderMessage({ ...code, template: 'notice', values });
    expect(notice.subject).toBe('A device was added');
    expect(notice.text).toBe('On Monday.\nAt noon.\n\nWas it <you>?\n');
    expect(notice.html).toContain('On Monday.<br>\nAt noon.</p>');
    expect(notice.html).toContain('Was it &lt;you&gt;?</p>');
  });
});

describe('values in HTML', () => {
  it.each([
    '{{7*7}}',
    '${7*7}',
    '<%=7*7%>',
    '#{7*7}',
    '<img src=x onerror=alert(1)>',
    '<a href=//evil.example>',
    '"\'&',
  ])('are data: %s (EML-08)', (name) => {
    const { html = '', text } = renderMessage({ ...code, values: { ...code.values, user: name, issuer: name } });
    expect(html).toContain(escapeHtml(name));
    expect(html).not.toMatch(/<img|<a |<%|49/);
    expect(text).toContain(name);
  });

  it('cannot open a tag, an attribute or an entity, whatever they are (EML-08)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const html =
          renderMessage({ ...code, values: { ...code.values, v: value }, override: { html: '{v}' } }).html ?? '';
        expect(html).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
      }),
    );
  });
});

describe('the texts of an integration', () => {
  it('replace subject, text and HTML, with the code at {token} and {code} (OSS-45)', () => {
    const override = {
      from: 'Door <door@example.org>',
      subject: '{issuer}: your token',
      text: 'Token: {token}\nCode: {code} for {user}, {minutes} min',
      html: '<b>{token}</b> <i>{user}</i>',
    };
    expect(renderMessage({ ...code, values: { ...code.values, user: '<alice>' }, override })).toEqual({
      from: 'Door <door@example.org>',
      subject: 'Example: your token',
      text: 'Token: 04217\nCode: 04217 for <alice>, 5 min',
      html: '<b>04217</b> <i>&lt;alice&gt;</i>',
    });
  });

  it('make a mail of text only when only the text is replaced, and of both when only HTML is', () => {
    expect(renderMessage({ ...code, override: { text: '{code}' } })).not.toHaveProperty('html');
    const both = renderMessage({ ...code, override: { html: '<p>{code}</p>' } });
    expect(both.text.split('\n')).toContain('04217');
    expect(both.html).toBe('<p>04217</p>');
    expect(renderMessage({ ...code, override: { subject: 'x' } }).html).toContain('04217');
  });

  it('are filled in one pass: what a value contains is never filled again (EML-08)', () => {
    const values = { ...code.values, user: '{code}{issuer}{user}', issuer: '{user}' };
    expect(renderMessage({ ...code, values, override: { text: '{user}|{issuer}' } }).text).toBe(
      '{code}{issuer}{user}|{user}',
    );
  });

  it('keep placeholders that name nothing, and reach nothing but the values (EML-08)', () => {
    const text =
      "{unknown} {} { code } {constructor} {__proto__} {toString} {{constructor.constructor('return process')()}}";
    expect(renderMessage({ ...code, override: { text } }).text).toBe(text);
    expect(renderMessage({ ...code, override: { text: '{{code}} $& $1' } }).text).toBe('{04217} $& $1');
    expect(
      renderMessage({ ...code, override: { text: '{user}' }, values: { ...code.values, user: '$& $1' } }).text,
    ).toBe('$& $1');
  });

  it('apply to SMS', () => {
    expect(renderMessage({ ...code, channel: 'sms', override: { text: 'Code {code}', html: '<p>' } })).toEqual({
      subject: 'Your code for Example',
      text: 'Code 04217',
    });
  });
});

describe('a message that cannot be rendered', () => {
  it.each<[string, Partial<OutgoingMessage>]>([
    ['an unknown template', { template: 'invoice' }],
    ['a template named like a property of objects', { template: 'constructor' }],
    ['a code that is missing', { values: { issuer: 'Example' } }],
    ['a title that is missing', { template: 'notice', values: { body: 'x' } }],
  ])('is refused: %s', (_, change) => {
    const refusal = refusalOf({ ...code, ...change });
    expect(refusal).toMatchObject({ code: 'delivery_failed' });
    expect((refusal as CountersignError).detail).not.toContain('04217');
  });
});
