// Every device kind through the OSS2FA API of a served program.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/model.ts';
import { allKinds } from './all-kinds.fixture.ts';
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

/** What the contract of that API promises of each kind. */
const promises: Readonly<Record<string, string>> = {
  totp: 'OSS-10 OSS-18 OSS-35',
  hotp: 'OSS-49',
  email: 'OSS-41 OSS-43 OSS-44',
  sms: 'OSS-47',
  yubikey: 'OSS-48',
  webauthn: 'OSS-50',
};

const rows = allKinds.map((row) => ({ title: row.title, madeBy: row.madeBy, row }));
const enrolling = rows.filter(({ madeBy }) => madeBy !== 'administrator');

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.close());

describe.each(rows)('$title through the OSS2FA API', ({ row }) => {
  const ids = promises[row.kind] ?? 'OSS-51';

  test(`${ids} is enrolled, listed and answers a challenge, once`, async () => {
    const to = await served.integrate(row);
    const soft = row.make('alice');
    await giveDevice(served, to, row, 'alice', soft);

    const kinds = await fetch(`${served.url}/devices-kind`, { headers: { 'X-Integration-Token': to.token } });
    const decision = await call<{ result: number; devices: { kind: JsonObject }[] }>(
      served,
      to.token,
      'POST',
      '/clients/auth',
      {
        username: 'alice',
      },
    );
    expect(decision.body.result).toBe(2);
    expect(await kinds.json()).toContainEqual(decision.body.devices[0]?.kind);

    const { told, asked } = await issue(served, to, 'alice');
    expect([told.status, told.body.status, told.body.reference]).toEqual([201, 2, 'door 3']);
    const path = `/challenges/${told.body.pk}`;
    const right = wireAnswer(await soft.answer(asked));
    const answered = await call<Challenge>(served, to.token, 'POST', `${path}/complete`, right);
    expect([answered.status, answered.body.status]).toEqual([200, 3]);
    const again = await call(served, to.token, 'POST', `${path}/complete`, right);
    expect([again.status, typeof again.body]).toEqual([400, 'string']);
    expect((await call<Challenge>(served, to.token, 'GET', path)).body.status).toBe(3);
  });

  test('OSS-35 OSS-36 OSS-37 has one answer to a challenge: a wrong one, or none, and it has failed', async () => {
    const to = await served.integrate(row);
    const soft = row.make('alice');
    await giveDevice(served, to, row, 'alice', soft);
    const first = await issue(served, to, 'alice');
    const wrong = wireAnswer(await soft.wrong(first.asked, 1));
    const path = `/challenges/${first.told.body.pk}/complete`;
    const refused = await call<Challenge>(served, to.token, 'POST', path, wrong);
    expect([refused.status, refused.body.status]).toEqual([200, 4]);
    const late = await call(served, to.token, 'POST', path, wireAnswer(await soft.answer(first.asked)));
    expect([late.status, typeof late.body]).toEqual([400, 'string']);

    const second = await issue(served, to, 'alice');
    const nothing = await call(served, to.token, 'POST', `/challenges/${second.told.body.pk}/complete`, {});
    expect([nothing.status, nothing.body]).toEqual([400, row.answers === 'code' ? 'token' : 'response']);
    const ended = await call<Challenge>(served, to.token, 'GET', `/challenges/${second.told.body.pk}`);
    expect(ended.body.status).toBe(4);
  });
});

describe.each(enrolling)('the enrollment of $title through the OSS2FA API', ({ row }) => {
  test('OSS-19 OSS-20 OSS-80 has one answer: a wrong one, or none, ends it; what it has shown is gone', async () => {
    const to = await served.integrate(row);
    for (const give of ['a wrong answer', 'nothing'] as const) {
      const soft = row.make('alice');
      const { told, asked } = await prepare(served, to, row, 'alice', soft);
      const right = wireAnswer(await soft.confirm(asked));
      const wrong = give === 'nothing' ? {} : wireAnswer(await (soft.confirmWrong ?? soft.wrong)(asked, 1));
      const path = `/enrollments/${told.body.pk}`;
      const refused = await call(served, to.token, 'POST', `${path}/complete`, wrong);
      expect([refused.status, typeof refused.body]).toEqual([400, 'string']);
      expect((await call(served, to.token, 'POST', `${path}/complete`, right)).status).toBe(400);
      const ended = await call<Enrollment>(served, to.token, 'GET', path);
      expect(ended.body.status).toBe(4);
      const shown = Object.values(ended.body.public_details ?? {});
      expect(shown.filter((value) => value !== null && value !== '')).toEqual([]);
    }
  });

  test('OSS-53 is refused where the policy allows other kinds only, and has failed', async () => {
    const to = await served.integrate(row);
    const { engine } = served.server.server;
    await engine.integrations.update(to.caller, to.caller.integration.id, {
      policy: { allowedKinds: ['another-kind'] },
    });
    const { told } = await prepare(served, to, row, 'alice', row.make('alice'));
    expect([told.status, typeof told.body]).toEqual([400, 'string']);
    expect(told.headers.get('X-Error-Code')).toBe('kind_not_allowed');
  });
});
