import { describe, expect, it } from 'vitest';
import { defaultPolicy, policySchema } from './policy.ts';

describe('a policy', () => {
  it('takes the default of every rule that is left out, at every depth', () => {
    expect(policySchema.parse({})).toEqual(defaultPolicy());
    expect(policySchema.parse({ challenge: { attempts: 3 } }).challenge).toEqual({
      ...defaultPolicy().challenge,
      attempts: 3,
    });
  });

  it('is read again as itself, so that it can be stored', () => {
    const policy = policySchema.parse({ codeDigits: 8, requiredKinds: ['webauthn'], bypassNetworks: ['192.0.2.0/24'] });
    expect(policySchema.parse(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
  });

  it('is not shared between those who ask for the default', () => {
    const first = defaultPolicy();
    first.bypassNetworks.push('0.0.0.0/0');
    first.guesses.perUser = 1000;
    expect(defaultPolicy().bypassNetworks).toEqual([]);
    expect(defaultPolicy().guesses.perUser).toBe(10);
  });

  it.each([
    ['a rule that is not known', { bypasNetworks: [] }, ''],
    ['a rule inside a rule that is not known', { challenge: { attempt: 3 } }, 'challenge'],
    ['no attempt at all', { challenge: { attempts: 0 } }, 'challenge.attempts'],
    ['more attempts than a code can bear', { challenge: { attempts: 21 } }, 'challenge.attempts'],
    ['half an attempt', { enrollment: { attempts: 1.5 } }, 'enrollment.attempts'],
    ['a challenge that lives for ever', { challenge: { lifeSeconds: 86_401 } }, 'challenge.lifeSeconds'],
    ['a code that can be guessed', { codeDigits: 3 }, 'codeDigits'],
    ['a network that is none', { bypassNetworks: ['office'] }, 'bypassNetworks.0'],
    ['a network of one interface', { bypassNetworks: ['fe80::1%eth0'] }, 'bypassNetworks.0'],
    ['a fail mode that is not known', { failMode: 'ajar' }, 'failMode'],
    ['a number that is text', { guesses: { perUser: '10' } }, 'guesses.perUser'],
    ['null for a rule', { challenge: null }, 'challenge'],
  ])('is refused with %s, and the refusal names the rule', (_, rules, path) => {
    const read = policySchema.safeParse(rules);
    expect(read.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});
