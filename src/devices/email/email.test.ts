import { describe, expect, test } from 'vitest';
import { randomDigits } from '../../core/random.ts';
import { refusedBy } from '../../core/refusal.fixture.ts';
import { type FixtureContext, kindContext, noon, seededRandom, stored } from '../kind-context.fixture.ts';
import type { EmailConfiguration } from './configuration.ts';
import { email } from './email.ts';
import { mailDomainAllowed } from './mail-domain-allowed.ts';

const kind = email();
const refused = (reason: string) => ({ accepted: false, reason });

function enrol(ctx: FixtureContext<EmailConfiguration>, address = 'alice@example.org') {
  const prepared = kind.prepare({ address }, ctx);
  const { state, kept } = stored({ state: prepared.state, kept: prepared.kept });
  if (prepared.deliver === undefined) throw new Error('nothing is sent');
  return { ...prepared, state, kept, mail: prepared.deliver, code: prepared.deliver.values['code'] ?? '' };
}

function challenge(ctx: FixtureContext<EmailConfiguration>) {
  const device = { id: 'dev_1', ...enrol(ctx).state };
  const issued = kind.issue?.(device, ctx);
  if (issued?.deliver === undefined) throw new Error('nothing is sent');
  const code = issued.deliver.values['code'] ?? '';
  return { device, kept: stored(issued.kept), mail: issued.deliver, code };
}

describe('enrolling a mail address', () => {
  test('mails a code at once and shows nothing', () => {
    const { mail, shown, code, deviceName } = enrol(kindContext(kind));
    expect(mail).toEqual({
      channel: 'mail',
      to: 'alice@example.org',
      template: 'code',
      values: { code, issuer: 'Countersign', user: 'alice', minutes: '5' },
    });
    expect(code).toMatch(/^[0-9]{6}$/);
    expect(shown).toBeUndefined();
    expect(deviceName).toBe('E-mail a•••e@example.org');
  });

  test('is completed by the code that was mailed', () => {
    const ctx = kindContext(kind);
    const { state, kept, code } = enrol(ctx);
    expect(kind.confirm({ state, kept }, { code }, ctx)).toEqual({
      accepted: true,
      next: { secret: { address: 'alice@example.org' }, counters: {} },
      method: { name: 'email', kind: 'possession', at: noon },
    });
    expect(kind.confirm({ state, kept: undefined }, { code }, ctx)).toEqual(refused('not_answerable'));
  });

  test.each([4, 5, 8, 10])('sends %i digits when the policy says so (OSS-42)', (codeDigits) => {
    const ctx = kindContext(kind).under({ codeDigits });
    const { state, kept, code } = enrol(ctx);
    expect(code).toMatch(new RegExp(`^[0-9]{${codeDigits}}$`));
    expect(kind.confirm({ state, kept }, { code }, ctx).accepted).toBe(true);
  });

  test('keeps the code only as a keyed hash', () => {
    const { state, kept, code } = enrol(kindContext(kind));
    expect(JSON.stringify({ state, kept })).not.toContain(code);
    expect(kept).toEqual({
      salt: expect.stringMatching(/^[\w-]{12}$/) as string,
      codeHash: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
  });

  test.each([
    'alice',
    'alice@example.org,bob@example.org',
    'alice@example.org\r\nBcc: bob@example.org',
    '"bob@example.com x"@example.org',
    'Alice <alice@example.org>',
    'a@b@example.org',
  ])('refuses %j as an address (EML-07, EML-09)', (address) => {
    const refusal = { code: 'invalid_parameters', paths: ['address'] };
    expect(refusedBy(() => enrol(kindContext(kind), address))).toEqual(refusal);
    expect(refusedBy(() => kind.adopt?.({ address }, kindContext(kind)))).toEqual(refusal);
  });

  test.each([{}, { address: '' }, { address: 'a'.repeat(255) }, { address: ['alice@example.org'] }, { address: 1 }])(
    'refuses the options %j',
    (options) => {
      expect(kind.options.safeParse(options).success).toBe(false);
    },
  );

  test('refuses a domain that the policy does not allow, and does not mail it', () => {
    const ctx = kindContext(kind).under({ allowedMailDomains: ['Example.org', '.example.com'] });
    expect(refusedBy(() => enrol(ctx, 'alice@example.net')).code).toBe('mail_domain_not_allowed');
    expect(refusedBy(() => kind.adopt?.({ address: 'alice@example.net' }, ctx)).code).toBe('mail_domain_not_allowed');
    expect(enrol(ctx, 'alice@EXAMPLE.ORG').mail.to).toBe('alice@example.org');
    expect(enrol(ctx, 'alice@mail.example.com').mail.to).toBe('alice@mail.example.com');
  });

  test("takes an address that is known to be the user's without mailing a code", () => {
    const adopted = kind.adopt?.({ address: 'Bob@Example.org' }, kindContext(kind));
    expect(adopted).toEqual({
      state: { secret: { address: 'Bob@example.org' }, counters: {} },
      deviceName: 'E-mail B•••@example.org',
    });
  });
});

describe('a challenge by mail', () => {
  test('mails a fresh code to the stored address', () => {
    const ctx = kindContext(kind).under({ challenge: { lifeSeconds: 601 }, enrollment: { lifeSeconds: 60 } });
    const first = challenge(ctx);
    expect(first.mail).toMatchObject({ to: 'alice@example.org', values: { minutes: '11' } });
    expect(enrol(ctx).mail.values).toMatchObject({ minutes: '1' });
    expect(challenge(ctx).code).not.toBe(first.code);
  });

  test('is passed by its own code and by no other (EML-03)', () => {
    const ctx = kindContext(kind);
    const { device, kept, code } = challenge(ctx);
    const other = challenge(ctx);
    expect(kind.check(device, kept, { code: ` ${code.slice(0, 3)} ${code.slice(3)}\t` }, ctx).accepted).toBe(true);
    expect(kind.check(device, kept, { code: other.code }, ctx)).toEqual(refused('wrong'));
    expect(kind.check(device, undefined, { code }, ctx)).toEqual(refused('not_answerable'));
  });

  test('asks for every leading zero (RND-02)', () => {
    const ctx = kindContext(kind);
    let sent = challenge(ctx);
    while (!sent.code.startsWith('0')) sent = challenge(ctx);
    expect(kind.check(sent.device, sent.kept, { code: String(Number(sent.code)) }, ctx).accepted).toBe(false);
    expect(kind.check(sent.device, sent.kept, { code: sent.code }, ctx).accepted).toBe(true);
  });

  test('can be answered after the policy changed the length of codes', () => {
    const ctx = kindContext(kind);
    const { device, kept, code } = challenge(ctx);
    expect(kind.check(device, kept, { code }, ctx.under({ codeDigits: 8 })).accepted).toBe(true);
  });

  test('never answers for a device without a challenge', () => {
    expect(kind).not.toHaveProperty('recognizes');
  });
});

describe('the codes that are mailed', () => {
  test('have evenly spread digits, zero in front included (RND-01)', () => {
    const random = seededRandom('spread');
    const counts = Array.from({ length: 6 }, () => Array.from({ length: 10 }, () => 0));
    const total = 10_000;
    for (let index = 0; index < total; index++)
      Array.from(randomDigits(random, 6)).forEach((digit, position) => {
        const row = counts[position] ?? [];
        row[Number(digit)] = (row[Number(digit)] ?? 0) + 1;
      });
    for (const row of counts) {
      const chiSquare = row.reduce((sum, count) => sum + (count - total / 10) ** 2 / (total / 10), 0);
      expect(chiSquare).toBeLessThan(33.7); // 9 degrees of freedom, α = 10⁻⁴
    }
  });
});

describe('the texts of an integration', () => {
  test('replace those of the template', () => {
    const texts = {
      from: 'Example <no-reply@example.org>',
      subject: 'Your code',
      text: 'Use {token}',
      html: '<b>{code}</b>',
    };
    const ctx = kindContext(kind).configured({ issuer: 'Example', ...texts });
    expect(enrol(ctx).mail).toMatchObject({ override: texts, values: { issuer: 'Example' } });
    expect(challenge(ctx).mail.override).toEqual(texts);
  });

  test.each([
    { text: 'no code here' },
    { html: '<p>no code here</p>' },
    { subject: 'two\nlines' },
    { subject: '' },
    { from: 'a@example.org\r\nBcc: b@example.org' },
    { body: 'x' },
  ])('are refused when they cannot work: %j', (configuration) => {
    expect(kind.configuration.safeParse(configuration).success).toBe(false);
  });
});

describe('what is told about a mail device', () => {
  test.each([
    ['alice@example.org', 'a•••e@example.org'],
    ['a-much-longer-name@example.org', 'a•••e@example.org'],
    ['bob@example.org', 'b•••@example.org'],
    ['x@example.org', '•••@example.org'],
  ])('of %j is %j', (address, masked) => {
    const { state } = enrol(kindContext(kind), address);
    expect(kind.describe(state)).toEqual({ address: masked, domain: 'example.org' });
  });
});

describe('the list of allowed mail domains', () => {
  test.each([
    ['example.org', ['example.org'], true],
    ['EXAMPLE.org', ['example.ORG'], true],
    ['mail.example.org', ['example.org'], false],
    ['mail.example.org', ['.example.org'], true],
    ['a.b.example.org', ['.example.org'], true],
    ['example.org', ['.example.org'], false],
    ['badexample.org', ['.example.org'], false],
    ['badexample.org', ['example.org'], false],
    ['example.org.evil.example', ['example.org', '.example.org'], false],
    ['example.org', [], false],
    ['example.org', undefined, true],
  ])('judges %s against %j: %s', (domain, allowed, expected) => {
    expect(mailDomainAllowed(domain, allowed)).toBe(expected);
  });
});
