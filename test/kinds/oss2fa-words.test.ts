// What the OSS2FA API calls the new kinds, their options and their answers.
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nasty } from '../attacks/nasty-values.fixture.ts';
import { allKinds } from './all-kinds.fixture.ts';
import type { KindUnderTest } from './kind-under-test.fixture.ts';
import {
  call,
  type Challenge,
  type Enrollment,
  giveDevice,
  issue,
  prepare,
  wireAnswer,
} from './oss2fa-wire.fixture.ts';
import { serve, type Served } from './served.fixture.ts';

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.close());

describe('on the wire of OSS2FA', () => {
  const rowOf = (kind: string): KindUnderTest => {
    const row = allKinds.find((row) => row.kind === kind);
    if (row === undefined) throw new Error(`there is no row of the kind ${kind}`);
    return row;
  };

  test('OSS-77 every kind that the README names is listed, each under the number it was promised', async () => {
    const { token } = await served.integrate(rowOf('totp'));
    const response = await fetch(`${served.url}/devices-kind`, { headers: { 'X-Integration-Token': token } });
    const listed = (await response.json()) as { pk: number; name: string }[];
    expect(listed.map(({ pk, name }) => [pk, name])).toEqual([
      [1, 'OTP'],
      [2, 'Email'],
      [3, 'SMS'],
      [4, 'HOTP'],
      [5, 'Yubikey'],
      [6, 'U2F'],
      [7, 'RecoveryCodes'],
      [8, 'Push'],
      [9, 'TemporaryAccessPass'],
    ]);
  });

  test.each([{ number: '+49 30 901820' }, { phone_number: '+49 (0)30 901820' }, { phone_number: 4_930_901_820 }])(
    'OSS-47 a telephone is enrolled by %j, and its code has five digits',
    async (options) => {
      const to = await served.integrate({ ...rowOf('sms'), settings: { defaultCountry: 'DE' } });
      const begun = await call<Enrollment>(served, to.token, 'POST', '/enrollments', { username: 'alice' });
      const path = `/enrollments/${begun.body.pk}`;
      const { told, asked } = await served.receive(
        () => call<Enrollment>(served, to.token, 'POST', `${path}/prepare-device`, { kind: 3, options }),
        () => undefined,
      );
      expect([told.status, told.body.public_details]).toEqual([200, null]);
      expect(asked.message).toMatchObject({ channel: 'sms', to: '+4930901820' });
      const token = asked.message?.values['code'];
      expect(token).toMatch(/^\d{5}$/);
      expect((await call(served, to.token, 'POST', `${path}/complete`, { token })).status).toBe(201);
    },
  );

  test.each([
    ['sms', {}, 'number'],
    ['sms', { number: 'not a number' }, 'number'],
    ['yubikey', { public_id: 'vvccccbbbbbb', private_id: '010203040506', aes_key: 'short' }, 'aes_key'],
    ['webauthn', { attachment: 'in the pocket' }, 'attachment'],
  ])('OSS-47 OSS-48 OSS-50 of %s the options %j are refused by the name of the field', async (kind, options, field) => {
    const to = await served.integrate(rowOf(kind));
    const begun = await call<Enrollment>(served, to.token, 'POST', '/enrollments', { username: 'alice' });
    const path = `/enrollments/${begun.body.pk}`;
    const refused = await call(served, to.token, 'POST', `${path}/prepare-device`, { kind, options });
    expect([refused.status, refused.body]).toEqual([400, field]);
    expect((await call<Enrollment>(served, to.token, 'GET', path)).body.status).toBe(4);
  });

  test('OSS-50 a U2F token is registered with `registration_response`, also as JSON text in a form, and is called so', async () => {
    const row = rowOf('webauthn');
    const to = await served.integrate(row);
    const soft = row.make('alice');
    const { told, asked } = await prepare(served, to, row, 'alice', soft);
    expect(told.body.public_details).toHaveProperty('registration_request.challenge');
    const { response } = await soft.confirm(asked);
    const completed = await fetch(`${served.url}/integration/enrollments/${told.body.pk}/complete`, {
      method: 'POST',
      headers: { 'X-Integration-Token': to.token },
      body: new URLSearchParams({ registration_response: JSON.stringify(response) }),
    });
    expect(completed.status).toBe(201);
    const decision = await call<{ devices: { name: string }[] }>(served, to.token, 'POST', '/clients/auth', {
      username: 'alice',
    });
    expect(decision.body.devices).toMatchObject([{ name: 'U2F Token', kind: { pk: 6, name: 'U2F' } }]);
    const challenge = await issue(served, to, 'alice');
    const answer = await soft.answer(challenge.asked);
    const answered = await call<Challenge>(served, to.token, 'POST', `/challenges/${challenge.told.body.pk}/complete`, {
      authentication_response: answer.response,
    });
    expect(answered.body.status).toBe(3);
  });

  test('OSS-48 a key that is somebody’s already ends the enrollment with a bare string (FID-09)', async () => {
    const row = rowOf('yubikey');
    const to = await served.integrate(row);
    const soft = row.make('alice');
    await giveDevice(served, to, row, 'alice', soft);
    const { told, asked } = await prepare(served, to, row, 'bob', soft);
    const path = `/enrollments/${told.body.pk}`;
    const refused = await call(served, to.token, 'POST', `${path}/complete`, wireAnswer(await soft.confirm(asked)));
    expect([refused.status, typeof refused.body, refused.headers.get('X-Error-Code')]).toEqual([
      400,
      'string',
      'already_exists',
    ]);
    expect((await call<Enrollment>(served, to.token, 'GET', path)).body.status).toBe(4);
  });

  test.each(['response', 'registration_response', 'authentication_response'])(
    'OSS-50 whatever stands in `%s`, an enrollment refuses it and the server does not fail (INP-01, INP-03, INP-09)',
    async (field) => {
      // As many guesses as there may be: here everything has to reach the code that reads it.
      const row = { ...rowOf('webauthn'), policy: { guesses: { perUser: 1000, consecutive: 1000 } } };
      const to = await served.integrate(row);
      const soft = row.make('alice');
      const wrapped = fc.oneof(
        nasty,
        nasty.map((value) => ({ id: value, rawId: value, type: 'public-key', response: value })),
        nasty.map((value) => JSON.stringify({ response: { clientDataJSON: value, attestationObject: value } })),
      );
      await fc.assert(
        fc.asyncProperty(wrapped, async (value) => {
          const { told } = await prepare(served, to, row, 'alice', soft);
          const path = `/enrollments/${told.body.pk}`;
          const refused = await call(served, to.token, 'POST', `${path}/complete`, { [field]: value });
          const { status } = (await call<Enrollment>(served, to.token, 'GET', path)).body;
          // What is no proper text anywhere is refused as a body; everything else is an answer, and a wrong one.
          const fates = ['400 string 4', '400 object 2'];
          expect([value, fates]).toEqual([
            value,
            expect.arrayContaining([`${refused.status} ${typeof refused.body} ${status}`]),
          ]);
        }),
        { numRuns: 40 },
      );
      expect(served.server.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
    },
  );
});
