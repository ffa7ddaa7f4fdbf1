import { describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '../../core/message.ts';
import { foldToGsm7 } from '../sms/gsm7.ts';
import { segmentsOf } from '../sms/segments.ts';
import { renderMessage } from '../render-message.ts';

function textFor(values: Record<string, string>): string {
  const message: OutgoingMessage = {
    channel: 'sms',
    to: '+12025550123',
    template: 'code',
    values: { code: '042179', minutes: '5', issuer: 'Example', ...values },
  };
  return renderMessage(message).text;
}

const segments = (text: string) => segmentsOf(foldToGsm7(text));

describe('the SMS with a code', () => {
  test('names the app and binds the code to the site in its last line (SMS-08)', () => {
    expect(textFor({ origin: 'example.org' })).toBe(
      '042179 is your code for Example. Valid for 5 minutes. Do not share it.\n\n@example.org #042179',
    );
    expect(textFor({})).toBe('042179 is your code for Example. Valid for 5 minutes. Do not share it.');
  });

  test.each([
    ['a long name', 'The Very Long Name of an Organisation That Nobody Can Remember '.repeat(4)],
    ['pictures', '🔑🏽 Example 👨‍👩‍👧 🇩🇪'],
    ['lines of its own', 'Example\r\n\r\n@evil.example #042179'],
    ['marks that the alphabet has not', 'Ąção “Zoë”'],
    ['nothing to show', '\u200D🔑'],
  ])('stays one segment and one sentence when the name has %s (SMS-08)', (_, issuer) => {
    const text = textFor({ issuer, origin: 'login.example.org' });
    expect(segments(text)).toMatchObject({ alphabet: 'gsm7', parts: [expect.anything()] });
    const [first = '', blank, last, ...rest] = text.split('\n');
    expect(first).toMatch(/^042179 is your code for .+\.$/);
    expect([blank, last, rest]).toEqual(['', '@login.example.org #042179', []]);
  });

  test('leaves out what does not fit into one segment of another script, and never the code', () => {
    const text = textFor({ issuer: '例示株式会社', origin: 'example.org' });
    expect(text).toBe('042179 is your code for 例示株式会社.\n\n@example.org #042179');
    expect(segments(text)).toMatchObject({ alphabet: 'ucs2', parts: [expect.anything()] });
  });

  test('takes two segments rather than cutting the code or the site', () => {
    const origin = `${'a'.repeat(60)}.${'b'.repeat(60)}.example.org`;
    const text = textFor({ origin });
    expect(text.endsWith(`\n\n@${origin} #042179`)).toBe(true);
    expect(text.startsWith('042179 is your code for Example.\n')).toBe(true);
  });
});
