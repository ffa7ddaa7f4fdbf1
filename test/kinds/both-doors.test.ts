// Every device kind, enrolled at one door of a served program and answered at another; and what the program writes down of it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, createClient } from '../../src/client/index.ts';
import type { Answer } from '../../src/devices/index.ts';
import { allKinds } from './all-kinds.fixture.ts';
import type { KindUnderTest, SoftDevice } from './kind-under-test.fixture.ts';
import { call, type Challenge, giveDevice, issue, wireAnswer } from './oss2fa-wire.fixture.ts';
import { restAnswer, serve, type Served, type ServedIntegration } from './served.fixture.ts';

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.close());

/** Ways to bring an answer: whether it was accepted, and the status of HTTP. */
type Bring = (answer: Answer) => Promise<{ accepted: boolean; status: number }>;

function atRestChallenge(token: string, id: string): Bring {
  return async (answer) => {
    const response = await fetch(`${served.url}/v1/challenges/${id}/answer`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(restAnswer(answer)),
    });
    const { accepted } = (await response.json()) as { accepted?: boolean };
    return { accepted: accepted === true, status: response.status };
  };
}

function atOss2fa(token: string, pk: number): Bring {
  return async (answer) => {
    const path = `/challenges/${pk}/complete`;
    const { status, body } = await call<Challenge>(served, token, 'POST', path, wireAnswer(answer));
    return { accepted: status === 200 && body.status === 3, status };
  };
}

function atVerify(client: Client, user: string): Bring {
  return async ({ code = 'none' }) => ({ ...(await client.verify({ user, code })), status: 200 });
}

describe.each(allKinds)('$title at the doors /v1 and OSS2FA', (row) => {
  test('is one device: of right answers at once, twenty at every place that takes them, one is accepted (OTP-03, BF-07, YUB-02, EML-02)', async () => {
    const guesses = { perUser: 1000, consecutive: 1000, perSource: 1000 };
    const to = await served.integrate({ ...row, policy: { ...row.policy, guesses } });
    const soft = row.make('alice');
    await giveDevice(served, to, row, 'alice', soft);
    const client = createClient({ url: served.url, token: to.token });
    const byRest = await served.receive(
      () => client.challenges.create({ user: 'alice' }),
      ({ shown }) => shown,
    );
    const byOss2fa = await issue(served, to, 'alice');
    const given = await soft.answer(byOss2fa.asked);
    const ways = [
      atRestChallenge(to.token, byRest.told.id),
      atOss2fa(to.token, byOss2fa.told.body.pk),
      ...(row.answers === 'code' ? [atVerify(client, 'alice')] : []),
    ];
    const turns = Array.from({ length: 20 }, () => ways).flat();
    const told = await Promise.all(turns.map((bring) => bring(given)));
    expect(told.filter(({ accepted }) => accepted)).toHaveLength(1);
    expect(told.filter(({ status }) => status >= 500)).toEqual([]);
    const { items } = await client.audit.list({ limit: 500 });
    const accepted = items.filter(
      ({ event, outcome }) => outcome === 'accepted' && /^(?:challenge|verify)\.answered$/.test(event),
    );
    expect(accepted).toHaveLength(1);
  });
});

/** A fault of the device itself, which the log tells of. One that accepts one answer in its life is gone by now. */
async function expectFault(to: ServedIntegration, row: KindUnderTest, soft: SoftDevice): Promise<void> {
  if (row.dies === true) return;
  served.clock.advance(row.pauseMs ?? 0);
  const { told, asked } = await issue(served, to, 'alice');
  const given = await soft.answer(asked);
  const { id } = to.caller.integration;
  const { db } = served.server.server.store;
  const { device_id: device } = await db
    .selectFrom('challenges')
    .select('device_id')
    .where('integration_id', '=', id)
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow();
  await db.updateTable('devices').set({ secret: 'spoilt' }).where('id', '=', device).execute();
  expect((await atOss2fa(to.token, told.body.pk)(given)).status).toBe(500);
}

test('nothing secret of any device stands in the log or the metrics of a program that was asked all this (OSS-67, SEC-08, SEC-09, EML-11)', async () => {
  const secrets: string[] = [];
  for (const row of allKinds) {
    const to = await served.integrate({ ...row, policy: { ...row.policy, codeDigits: 10 } });
    const soft = row.make('alice');
    await giveDevice(served, to, row, 'alice', soft);
    const { told, asked } = await issue(served, to, 'alice');
    const wrong = atOss2fa(to.token, told.body.pk);
    expect((await wrong(await soft.wrong(asked, 1))).accepted).toBe(false);
    const again = await issue(served, to, 'alice');
    const right = atOss2fa(to.token, again.told.body.pk);
    expect((await right(await soft.answer(again.asked))).accepted).toBe(true);
    await expectFault(to, row, soft);
    secrets.push(...soft.secrets().map((secret) => Buffer.from(secret).toString('latin1')), to.token);
  }
  const metrics = await fetch(`${served.url}/metrics`).then((response) => response.text());
  const written = [...served.server.lines, metrics].join('\n');
  expect(written).toContain('sealed_value_invalid');
  expect(written).toContain('countersign_verifications_total');
  expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
});
