// Every device kind through /v1 of a served program, by the typed client.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiError, type Client, createClient } from '../../src/client/index.ts';
import { allKinds } from './all-kinds.fixture.ts';
import type { KindUnderTest, SoftDevice } from './kind-under-test.fixture.ts';
import { type Received, restAnswer, serve, type Served, type ServedIntegration } from './served.fixture.ts';

const enrolling = allKinds.filter(({ madeBy }) => madeBy !== 'administrator');

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.close());

interface Connected extends ServedIntegration {
  client: Client;
}

async function connect(row: KindUnderTest): Promise<Connected> {
  const integration = await served.integrate(row);
  return { ...integration, client: createClient({ url: served.url, token: integration.token }) };
}

async function prepare({ client }: Connected, row: KindUnderTest, user: string, soft: SoftDevice) {
  return served.receive(
    () => client.enrollments.create({ user, kind: row.kind, options: soft.options }),
    ({ shown }) => shown,
  );
}

/** Gives the user a device in the way of its kind; answers its id. */
async function giveDevice(connected: Connected, row: KindUnderTest, user: string, soft: SoftDevice): Promise<string> {
  const { client } = connected;
  if (row.madeBy === 'administrator') {
    const { id } = await client.users.create({ name: user });
    const issued = await client.users.issueAccessPass(id, { reason: 'Lost everything' });
    await soft.confirm({ now: served.clock.now(), shown: { code: issued.code }, message: undefined });
    return issued.device.id;
  }
  const { told, asked } = await prepare(connected, row, user, soft);
  expect(told.state).toBe('prepared');
  const first = restAnswer(await soft.confirm(asked));
  const { enrollment, device } = await client.enrollments.complete(told.id, first);
  expect(enrollment).toMatchObject({ state: 'completed', kind: row.kind, userName: user });
  served.clock.advance(row.pauseMs ?? 0);
  return device?.id ?? '';
}

type Issued = Awaited<ReturnType<Client['challenges']['create']>>;

function issue({ client }: Connected, user: string): Promise<Received<Issued>> {
  return served.receive(
    () => client.challenges.create({ user, reference: 'order 17', context: { ip: '192.0.2.7' } }),
    ({ shown }) => shown,
  );
}

async function refusalOf(call: Promise<unknown>): Promise<ApiError> {
  const refused: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refused).toBeInstanceOf(ApiError);
  return refused as ApiError;
}

/** A request as any program sends it, to see the problem document. */
async function post(token: string, path: string, body: unknown) {
  const response = await fetch(`${served.url}${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const type = response.headers.get('content-type');
  return { status: response.status, type, body: (await response.json()) as Record<string, unknown> };
}

describe.each(allKinds)('$title through /v1', (row) => {
  test('is enrolled and answers a challenge, once', async () => {
    const connected = await connect(row);
    const { client } = connected;
    const soft = row.make('alice');
    const deviceId = await giveDevice(connected, row, 'alice', soft);
    expect(await client.devices.get(deviceId)).toMatchObject({ kind: row.kind, status: 'active' });
    expect((await client.decide({ user: 'alice' })).result).toBe('challenge');

    const { told, asked } = await issue(connected, 'alice');
    expect(told).toMatchObject({ state: 'pending', kind: row.kind, deviceId, reference: 'order 17' });
    const right = restAnswer(await soft.answer(asked));
    const answered = await client.challenges.answer(told.id, right);
    expect(answered).toMatchObject({ accepted: true, challenge: { state: 'passed' } });
    expect(answered.auditId).toMatch(/^wrt_/);
    const again = await refusalOf(client.challenges.answer(told.id, right));
    expect(again).toMatchObject({ code: 'wrong_state', status: 409 });
    expect((await client.devices.get(deviceId)).lastUsedAt).toBe(new Date(served.clock.now()).toISOString());
  });

  test('that answers wrong is not accepted, and no caller hears why', async () => {
    const connected = await connect(row);
    const soft = row.make('alice');
    await giveDevice(connected, row, 'alice', soft);
    const { told, asked } = await issue(connected, 'alice');
    const wrong = restAnswer(await soft.wrong(asked, 1));
    const { accepted, challenge, ...others } = await connected.client.challenges.answer(told.id, wrong);
    expect([accepted, challenge.attemptsLeft, others]).toEqual([false, told.attemptsLeft - 1, {}]);
  });

  test('is answered in one form, and not in both or none: a problem document names the field (INP-01)', async () => {
    const connected = await connect(row);
    const { client, token } = connected;
    const soft = row.make('alice');
    await giveDevice(connected, row, 'alice', soft);
    const { told, asked } = await issue(connected, 'alice');
    const right = restAnswer(await soft.answer(asked));
    const path = `/v1/challenges/${told.id}/answer`;
    const both = { code: '492039', response: {}, ...right };
    for (const body of [{}, both, { code: 492039 }, { response: 'text' }, { ...right, examined: { accepted: true } }]) {
      const refused = await post(token, path, body);
      expect(refused).toMatchObject({ status: 400, type: 'application/problem+json' });
      expect(refused.body).toMatchObject({ code: 'invalid_parameters', status: 400 });
    }
    // None of that has cost anything.
    expect(await client.challenges.answer(told.id, right)).toMatchObject({ accepted: true });
  });
});

describe.each(enrolling)('the enrollment of $title through /v1', (row) => {
  test('is refused with a problem that tells how many answers are left, then completed', async () => {
    const connected = await connect(row);
    const { client, token } = connected;
    const soft = row.make('alice');
    const { told, asked } = await prepare(connected, row, 'alice', soft);
    const right = restAnswer(await soft.confirm(asked));
    const wrong = restAnswer(await (soft.confirmWrong ?? soft.wrong)(asked, 1));
    const refused = await post(token, `/v1/enrollments/${told.id}/complete`, wrong);
    expect(refused).toMatchObject({ status: 422, type: 'application/problem+json' });
    expect(refused.body).toMatchObject({ code: 'answer_refused', attemptsLeft: 4 });
    expect((await client.enrollments.complete(told.id, right)).enrollment.state).toBe('completed');
    expect(await client.enrollments.get(told.id)).not.toHaveProperty('shown');
  });

  test('is not begun where the policy does not allow it, or with options that the kind does not know', async () => {
    const connected = await connect(row);
    const { client, caller } = connected;
    const soft = row.make('alice');
    const unknown = client.enrollments.create({
      user: 'alice',
      kind: row.kind,
      options: { ...soft.options, colour: 'red' },
    });
    expect(await refusalOf(unknown)).toMatchObject({ code: 'invalid_parameters', status: 400 });
    const { engine } = served.server.server;
    await engine.integrations.update(caller, caller.integration.id, { policy: { allowedKinds: ['another-kind'] } });
    const forbidden = client.enrollments.create({ user: 'alice', kind: row.kind, options: soft.options });
    expect(await refusalOf(forbidden)).toMatchObject({ code: 'kind_not_allowed', status: 403 });
  });
});

test('GET /v1/kinds tells every kind, with a schema of its options', async () => {
  const [row] = allKinds;
  const { client } = await connect(row!);
  const { items } = await client.kinds.list();
  const told = new Map(items.map((kind) => [kind.name, kind]));
  for (const { kind } of allKinds) expect(told.get(kind)).toMatchObject({ title: expect.any(String) as string });
});

test('an answer of an authenticator with a long chain of certificates fits into a body', async () => {
  const row = allKinds.find(({ kind }) => kind === 'webauthn');
  const connected = await connect(row!);
  const soft = row!.make('alice');
  const { told, asked } = await prepare(connected, row!, 'alice', soft);
  const { response } = (await soft.confirm(asked)) as { response: { response: Record<string, unknown> } };
  // Forty kilobytes of what browsers add and nobody reads.
  const long = { ...response, response: { ...response.response, publicKey: 'A'.repeat(40_000) } };
  const completed = await post(connected.token, `/v1/enrollments/${told.id}/complete`, { response: long });
  expect(completed.status).toBe(200);
});

describe('an enrollment through /v1 that a rule ends', () => {
  test.each(enrolling.filter(({ unique }) => unique === true))(
    'with a thing that is a device already is a conflict: $title (FID-09)',
    async (row) => {
      const connected = await connect(row);
      const soft = row.make('alice');
      await giveDevice(connected, row, 'alice', soft);
      const { told, asked } = await prepare(connected, row, 'bob', soft);
      const answer = restAnswer(await soft.confirm(asked));
      const refused = await post(connected.token, `/v1/enrollments/${told.id}/complete`, answer);
      expect(refused).toMatchObject({ status: 409, type: 'application/problem+json' });
      expect(refused.body).toMatchObject({ code: 'already_exists' });
    },
  );

  test('with an authenticator that the policy denies says so (FID-10)', async () => {
    const row = allKinds.find(({ kind }) => kind === 'webauthn');
    const denied = { authenticators: { deny: ['00000000-0000-0000-0000-000000000000'] } };
    const connected = await connect({ ...row!, policy: denied });
    const soft = row!.make('alice');
    const { told, asked } = await prepare(connected, row!, 'alice', soft);
    const answer = restAnswer(await soft.confirm(asked));
    const refused = await post(connected.token, `/v1/enrollments/${told.id}/complete`, answer);
    expect(refused).toMatchObject({ status: 403, body: { code: 'authenticator_not_allowed' } });
  });
});
