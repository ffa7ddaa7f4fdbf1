import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../core/model.ts';
import { softAuthenticator } from '../testing/index.ts';
import { accepts, codeOf, enrollTotp, openTestEngine } from './enrolled.fixture.ts';

const otp = 'ccccccccccccdefghijklnrtuvcbdefghijklnrtuvcb';

describe('what is examined ahead of a verdict', () => {
  test('to complete an enrollment is paid for by guesses at enrollments, not by those at the factor (BF-12)', async () => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 2 } } });
    const alice = await enrollTotp(t, 'alice');
    const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    const { shown } = await t.engine.enrollments.prepare(t.caller, id, { kind: 'webauthn' });
    for (let guess = 0; guess < 3; guess++) await accepts(t, 'alice', alice.wrong()).catch(codeOf);
    const response = softAuthenticator().create(shown?.['publicKey'] as JsonObject);
    expect((await t.engine.enrollments.complete(t.caller, id, { response })).accepted).toBe(true);
  });

  test('costs nobody any work when the guesses at enrollments are spent (BF-17)', async () => {
    let asked = 0;
    const t = await openTestEngine({
      policy: { guesses: { perUser: 2 }, enrollment: { attempts: 10 } },
      validateYubikey: async () => ({ status: ++asked > 100 ? 'valid' : 'invalid' }),
    });
    const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    await t.engine.enrollments.prepare(t.caller, id, { kind: 'yubikey' });
    const told = [];
    for (let guess = 0; guess < 4; guess++) {
      const completed = t.engine.enrollments.complete(t.caller, id, { code: otp });
      told.push(await completed.then(({ accepted }) => accepted, codeOf));
    }
    expect(told).toEqual([false, false, 'too_many_attempts', 'too_many_attempts']);
    expect(asked).toBe(2);
  });
});
