import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Device, DeviceStatus, UserStatus } from '../model.ts';
import { decide, type DecisionFacts, isKindUsable } from './decide.ts';
import { defaultPolicy, type PolicyOptions, policySchema } from './policy.ts';

function device(kind: string, status: DeviceStatus = 'active'): Device {
  return { id: `dev_${kind}_${status}`, userId: 'usr_1', kind, name: kind, status, public: {}, createdAt: 0 };
}

function facts(facts: Partial<Omit<DecisionFacts, 'policy'>> & { policy?: PolicyOptions }): DecisionFacts {
  return { status: 'active', devices: [], ip: undefined, ...facts, policy: policySchema.parse(facts.policy ?? {}) };
}

function explain(given: DecisionFacts): string[] {
  return decide(given).trace.map(({ explanation }) => explanation);
}

const office = { bypassNetworks: ['192.0.2.0/24', '2001:db8::/32'] };

describe('the decision about', () => {
  it('a user that is not known is to enroll (OSS-27)', () => {
    expect(decide(facts({ status: undefined }))).toMatchObject({ result: 'enroll', devices: [] });
  });

  it('a user without a device is to enroll', () => {
    expect(decide(facts({}))).toMatchObject({ result: 'enroll', devices: [] });
  });

  it('a user with devices is to challenge on them, in their order (OSS-28)', () => {
    const devices = [device('totp'), device('email'), device('recovery-codes')];
    expect(decide(facts({ devices }))).toMatchObject({ result: 'challenge', devices });
  });

  it('a user set to bypass is to allow, whatever devices he has (OSS-29)', () => {
    expect(decide(facts({ status: 'bypass' }))).toMatchObject({ result: 'allow', devices: [] });
    expect(decide(facts({ status: 'bypass', devices: [device('totp')] }))).toMatchObject({
      result: 'allow',
      devices: [],
    });
  });

  it('an inactive user is to deny, even in a bypass network (OSS-29)', () => {
    const inactive = { status: 'inactive', policy: office, ip: '192.0.2.1' } as const;
    expect(decide(facts(inactive))).toMatchObject({ result: 'deny', devices: [] });
    expect(decide(facts({ ...inactive, devices: [device('totp')] }))).toMatchObject({ result: 'deny', devices: [] });
  });

  it.each(['192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1'])('a user at %s in a bypass network is to allow', (ip) => {
    expect(decide(facts({ policy: office, ip, devices: [device('totp')] }))).toMatchObject({
      result: 'allow',
      devices: [],
    });
    expect(decide(facts({ policy: office, ip, status: undefined }))).toMatchObject({ result: 'allow' });
  });

  it.each(['203.0.113.1', '::1', 'no address', '', '192.0.2.1, 203.0.113.1', undefined])(
    'a user at %j outside of the bypass networks is to challenge',
    (ip) => {
      expect(decide(facts({ policy: office, ip, devices: [device('totp')] }))).toMatchObject({ result: 'challenge' });
    },
  );

  it('a user with some suspended devices is to challenge on the others', () => {
    const devices = [device('totp', 'suspended'), device('email')];
    expect(decide(facts({ devices }))).toMatchObject({ result: 'challenge', devices: [devices[1]] });
  });

  it('a user whose devices are all suspended is to deny, never to enroll anew (FLW-26)', () => {
    const devices = [device('totp', 'suspended'), device('email', 'suspended')];
    expect(decide(facts({ devices }))).toMatchObject({ result: 'deny', devices: [] });
  });

  it('a user who is left with recovery codes is to deny while his device is suspended (FLW-26)', () => {
    const devices = [device('totp', 'suspended'), device('recovery-codes')];
    expect(decide(facts({ devices }))).toMatchObject({ result: 'deny', devices: [] });
  });

  it('a user with something that stands in for a device and is not accepted here is to deny, not to enroll (FLW-14)', () => {
    const pass = device('temporary-access-pass');
    const codes = device('recovery-codes');
    const passesOnly = { allowedKinds: ['totp', 'temporary-access-pass'] };
    expect(decide(facts({ devices: [codes], policy: passesOnly })).result).toBe('deny');
    expect(decide(facts({ devices: [pass], policy: { factors: 2 } })).result).toBe('deny');
    expect(decide(facts({ devices: [pass, codes], policy: passesOnly }))).toMatchObject({
      result: 'challenge',
      devices: [pass],
    });
  });

  it('a user whose only device will never accept anything again is to deny (FLW-14)', () => {
    for (const kind of ['yubikey', 'temporary-access-pass']) {
      const worn = device(kind);
      expect(decide(facts({ devices: [worn], spentDevices: new Set([worn.id]) })).result).toBe('deny');
    }
    const devices = [device('yubikey'), device('totp')];
    const spentDevices = new Set(devices.slice(0, 1).map(({ id }) => id));
    expect(decide(facts({ devices, spentDevices })).devices).toEqual(devices.slice(1));
  });

  it('a user who has lost everything and was given an access pass is to challenge on it', () => {
    const pass = device('temporary-access-pass');
    expect(decide(facts({ devices: [pass] }))).toMatchObject({ result: 'challenge', devices: [pass] });
    expect(decide(facts({ devices: [pass, device('recovery-codes')] })).result).toBe('challenge');
    expect(decide(facts({ devices: [pass, device('totp', 'suspended')] })).result).toBe('deny');
  });

  it('a user who has recovery codes only is challenged on them: the password alone does not enroll a new device', () => {
    expect(decide(facts({ devices: [device('recovery-codes')] }))).toMatchObject({ result: 'challenge' });
  });
});

describe('the decision about a browser', () => {
  const remembering = { trustedBrowsers: { lifeSeconds: 3600 } };
  const known = { devices: [device('totp')], policy: remembering, browser: 'trusted' } as const;

  it('that is trusted is to allow (FLW-19)', () => {
    const decision = decide(facts(known));
    expect(decision).toMatchObject({ result: 'allow', devices: [] });
    expect(decision.trace.at(-1)).toMatchObject({ rule: 'trusted-browser', outcome: 'decides' });
  });

  it('whose token is not good is to challenge, and the trace says so', () => {
    const decision = decide(facts({ ...known, browser: 'unknown' }));
    expect(decision.result).toBe('challenge');
    expect(decision.trace[2]).toMatchObject({ rule: 'trusted-browser', outcome: 'passes' });
    expect(decision.trace[2]?.explanation).toContain('not good');
  });

  it('is to challenge under a policy that trusts none, whatever is known of it', () => {
    expect(decide(facts({ ...known, policy: {} })).result).toBe('challenge');
  });

  it('of an inactive user is to deny: his status is asked first', () => {
    expect(decide(facts({ ...known, status: 'inactive' }))).toMatchObject({
      result: 'deny',
      trace: [{ rule: 'user-status', outcome: 'decides' }],
    });
  });
});

describe('the decision where two factors are asked for', () => {
  const strict: PolicyOptions = { factors: 2 };
  const passkey = device('webauthn');

  it('is to challenge on the devices that can prove two, and on no other', () => {
    const given = facts({ policy: strict, devices: [device('totp'), passkey, device('recovery-codes')] });
    const decision = decide({ ...given, twoFactorDevices: new Set([passkey.id]) });
    expect(decision).toMatchObject({ result: 'challenge', devices: [passkey] });
    expect(decision.trace.at(-1)?.explanation).toBe(
      'The user has 1 device(s) that the policy accepts and that can prove two factors.',
    );
  });

  it('is to deny who has only devices that prove one: the password alone enrolls nothing beside them (FLW-14)', () => {
    expect(decide(facts({ policy: strict, devices: [device('totp')] }))).toMatchObject({ result: 'deny', devices: [] });
  });
});

describe('a policy', () => {
  it('that allows some kinds leaves the devices of others out', () => {
    const devices = [device('totp'), device('email')];
    const policy = { allowedKinds: ['email'] };
    expect(decide(facts({ policy, devices }))).toMatchObject({ result: 'challenge', devices: [devices[1]] });
    // FLW-14: the password alone must not put a second device beside the first.
    expect(decide(facts({ policy, devices: [device('totp')] }))).toMatchObject({ result: 'deny', devices: [] });
  });

  it('that requires a kind accepts it and recovery codes', () => {
    const devices = [device('totp'), device('webauthn'), device('recovery-codes')];
    const policy = { requiredKinds: ['webauthn'] };
    expect(decide(facts({ policy, devices }))).toMatchObject({ result: 'challenge', devices: devices.slice(1) });
    // FLW-14: the password alone must not put a second device beside the first.
    expect(decide(facts({ policy, devices: [device('totp')] }))).toMatchObject({ result: 'deny', devices: [] });
  });

  it('that allows some kinds can leave out recovery codes', () => {
    const devices = [device('totp'), device('recovery-codes')];
    expect(decide(facts({ policy: { allowedKinds: ['totp'] }, devices }))).toMatchObject({ devices: [devices[0]] });
  });

  it('that allows no kind lets nobody in with a device', () => {
    expect(decide(facts({ policy: { allowedKinds: [] }, devices: [device('totp')] })).result).not.toBe('challenge');
  });

  it.each([
    [{}, 'totp', true],
    [{ allowedKinds: ['totp'] }, 'totp', true],
    [{ allowedKinds: ['totp'] }, 'email', false],
    [{ requiredKinds: ['totp'] }, 'totp', true],
    [{ requiredKinds: ['totp'] }, 'email', false],
    [{ requiredKinds: ['totp'] }, 'recovery-codes', true],
    [{ requiredKinds: ['totp'] }, 'temporary-access-pass', true],
    [{ allowedKinds: ['totp'] }, 'temporary-access-pass', false],
    [{ allowedKinds: ['totp'], requiredKinds: ['email'] }, 'email', false],
    [{ allowedKinds: ['totp'], requiredKinds: ['email'] }, 'totp', false],
    [{ allowedKinds: ['totp'], requiredKinds: ['totp'] }, 'recovery-codes', false],
  ])('%j and a device of kind %s: usable is %s', (policy, kind, usable) => {
    expect(isKindUsable(policySchema.parse(policy), kind)).toBe(usable);
  });
});

describe('the trace of a decision', () => {
  it('names the rules in the order in which they were asked, and the one that decided last', () => {
    const { trace } = decide(facts({}));
    expect(trace.map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ['user-status', 'passes'],
      ['bypass-networks', 'passes'],
      ['trusted-browser', 'passes'],
      ['usable-device', 'passes'],
      ['devices-out-of-use', 'passes'],
      ['stand-ins', 'passes'],
      ['enrollment', 'decides'],
    ]);
  });

  it.each([
    ['user-status', facts({ status: 'inactive' })],
    ['user-status', facts({ status: 'bypass' })],
    ['bypass-networks', facts({ policy: office, ip: '192.0.2.1' })],
    ['usable-device', facts({ devices: [device('totp')] })],
    ['devices-out-of-use', facts({ devices: [device('totp', 'suspended')] })],
    ['enrollment', facts({})],
  ])('ends with %s, which decided', (rule, facts) => {
    expect(decide(facts).trace.at(-1)).toMatchObject({ rule, outcome: 'decides' });
  });

  it('says why', () => {
    expect(explain(facts({ status: undefined }))[0]).toBe('There is no such user yet.');
    expect(explain(facts({ policy: office, ip: '192.0.2.1' })).at(-1)).toContain('192.0.2.1');
    expect(explain(facts({ policy: office, ip: '203.0.113.1' }))[1]).toContain('203.0.113.1');
    expect(explain(facts({ policy: office }))[1]).toBe('The request names no user address.');
    expect(explain(facts({ devices: [device('totp'), device('email')] })).at(-1)).toContain('2 device(s)');
  });
});

describe('any decision', () => {
  const anyFacts = fc
    .record({
      status: fc.constantFrom<(UserStatus | undefined)[]>('active', 'bypass', 'inactive', undefined),
      devices: fc.array(
        fc
          .tuple(
            fc.constantFrom('totp', 'email', 'recovery-codes'),
            fc.constantFrom<DeviceStatus[]>('active', 'suspended'),
          )
          .map(([kind, status]) => device(kind, status)),
        { maxLength: 4 },
      ),
      ip: fc.constantFrom('192.0.2.1', '203.0.113.1', 'x', undefined),
      policy: fc.record(
        {
          allowedKinds: fc.subarray(['totp', 'email', 'recovery-codes']),
          requiredKinds: fc.subarray(['totp', 'email']),
          bypassNetworks: fc.subarray(office.bypassNetworks),
        },
        { requiredKeys: [] },
      ),
    })
    .map(facts);

  it('is the same for the same facts, and its last step alone decides', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const decision = decide(facts);
        expect(decide(structuredClone(facts))).toEqual(decision);
        const outcomes = decision.trace.map(({ outcome }) => outcome);
        expect(outcomes.indexOf('decides')).toBe(outcomes.length - 1);
      }),
    );
  });

  it('challenges on devices in use of usable kinds only, on recovery codes alone only when there is nothing else', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { result, devices } = decide(facts);
        const sound = devices.every(({ kind, status }) => status === 'active' && isKindUsable(facts.policy, kind));
        expect(sound).toBe(true);
        expect(devices.length > 0).toBe(result === 'challenge');
        if (result !== 'challenge' || devices.some(({ kind }) => kind !== 'recovery-codes')) return;
        expect(facts.devices.every(({ kind, status }) => kind === 'recovery-codes' && status === 'active')).toBe(true);
      }),
    );
  });

  it('lets nobody in for a reason other than his status or his network', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const allowed = decide(facts).result === 'allow';
        const inOffice = facts.ip === '192.0.2.1' && facts.policy.bypassNetworks.includes('192.0.2.0/24');
        expect(allowed).toBe(facts.status === 'bypass' || (facts.status !== 'inactive' && inOffice));
      }),
    );
  });

  it('offers no enrollment to somebody who has a suspended device of a usable kind (FLW-26)', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const locked = facts.devices.some(
          ({ kind, status }) => status === 'suspended' && isKindUsable(facts.policy, kind),
        );
        fc.pre(locked);
        expect(decide(facts).result).not.toBe('enroll');
      }),
    );
  });

  it('is closed by default: no bypass, every kind, five minutes, fail mode closed', () => {
    expect(defaultPolicy()).toMatchObject({
      enrollment: { lifeSeconds: 300, attempts: 5 },
      challenge: { lifeSeconds: 300, attempts: 5, resends: 3 },
      bypassNetworks: [],
      failMode: 'closed',
    });
    expect(defaultPolicy()).not.toHaveProperty('allowedKinds');
  });
});
