import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../contract/index.ts';
import { type RestFixture, restFixture } from '../rest.fixture.ts';

const { enrollments } = contract;
let rest: RestFixture;
beforeEach(async () => {
  rest = await restFixture();
});
afterEach(async () => rest.close());

const create = async (body: unknown) => rest.call(enrollments.create, [], { body });
const prepare = async (id: string, body: unknown) => rest.call(enrollments.prepare, [id], { body });
const complete = async (id: string, body: unknown) => rest.call(enrollments.complete, [id], { body });

describe('enrollments', () => {
  it('go from new to prepared to completed, and show the secret only in between (OSS-80)', async () => {
    const begun = await create({ user: 'alice', context: { ip: '192.0.2.7' } });
    expect(begun.status).toBe(201);
    expect(begun.body).toMatchObject({ userName: 'alice', state: 'new', attemptsLeft: 5 });
    const { id } = begun.body;
    const prepared = await prepare(id, { kind: 'totp', deviceName: 'Telephone' });
    expect(prepared.body).toMatchObject({ state: 'prepared', kind: 'totp' });
    expect((await rest.call(enrollments.get, [id])).body.shown).toEqual(prepared.body.shown);
    const completed = await complete(id, { code: rest.codeOf(prepared.body.shown) });
    expect(completed.status).toBe(200);
    expect(completed.body).toMatchObject({
      enrollment: { id, state: 'completed' },
      user: { name: 'alice' },
      device: { kind: 'totp', name: 'Telephone', status: 'active' },
    });
    const after = await rest.call(enrollments.get, [id]);
    expect(after.body.shown).toBeUndefined();
    expect(JSON.stringify(after.body)).not.toContain(prepared.body.shown.secret);
  });

  it('are prepared at once when the kind is given', async () => {
    const { status, body } = await create({
      user: 'alice',
      kind: 'totp',
      options: { digits: 8 },
      deviceName: 'Telephone',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ state: 'prepared', shown: { digits: 8 } });
    expect((await create({ user: 'alice', options: {} })).status).toBe(400);
  });

  it('that could not be prepared at once are not left open', async () => {
    const refused = await create({ user: 'alice', kind: 'email', options: { address: 'nowhere' } });
    expect([refused.status, refused.body.code]).toEqual([400, 'invalid_parameters']);
    expect((await create({ user: 'alice', kind: 'nosuch' })).body.code).toBe('kind_unknown');
    const list = await rest.call(enrollments.list);
    expect(new Set(list.body.items.map((enrollment: { state: string }) => enrollment.state))).toEqual(
      new Set(['failed']),
    );
  });

  it('tell how many answers are left, and fail with the last', async () => {
    const { body } = await create({ user: 'alice', kind: 'totp' });
    for (let left = 4; left >= 0; left -= 1) {
      const refused = await complete(body.id, { code: '000000' });
      expect([refused.status, refused.body.code, refused.body.attemptsLeft]).toEqual([422, 'answer_refused', left]);
    }
    const late = await complete(body.id, { code: rest.codeOf(body.shown) });
    expect([late.status, late.body.code]).toEqual([409, 'wrong_state']);
    expect((await rest.call(enrollments.get, [body.id])).body.state).toBe('failed');
  });

  it('send a code by mail', async () => {
    const { body } = await create({ user: 'alice', kind: 'email', options: { address: 'alice@example.org' } });
    const code = rest.messages.at(-1)?.values['code'] ?? '';
    expect(rest.messages.at(-1)?.to).toBe('alice@example.org');
    expect(JSON.stringify(body)).not.toContain(code);
    expect((await complete(body.id, { code })).body.device.kind).toBe('email');
  });

  it('say so when the mail cannot be delivered', async () => {
    rest.failDelivery(true);
    const answer = await create({ user: 'alice', kind: 'email', options: { address: 'alice@example.org' } });
    expect([answer.status, answer.body.code]).toEqual([502, 'delivery_failed']);
    rest.reported.length = 0;
  });

  it('expire', async () => {
    const { body } = await create({ user: 'alice', kind: 'totp' });
    rest.clock.advance(300_000);
    const late = await complete(body.id, { code: rest.codeOf(body.shown) });
    expect([late.status, late.body.code]).toEqual([410, 'enrollment_expired']);
    expect((await rest.call(enrollments.get, [body.id])).body.state).toBe('expired');
  });

  it('can be cancelled while they are open', async () => {
    const { body } = await create({ user: 'alice', kind: 'totp' });
    expect((await rest.call(enrollments.cancel, [body.id])).body).toMatchObject({ id: body.id, state: 'cancelled' });
    expect((await complete(body.id, { code: rest.codeOf(body.shown) })).status).toBe(409);
    const done = await create({ user: 'alice', kind: 'totp' });
    await complete(done.body.id, { code: rest.codeOf(done.body.shown) });
    expect((await rest.call(enrollments.cancel, [done.body.id])).status).toBe(409);
  });

  it('are listed by state and user', async () => {
    const first = await create({ user: 'alice', kind: 'totp' });
    await create({ user: 'bob' });
    const ids = async (query: Record<string, string>) =>
      (await rest.call(enrollments.list, [], { query })).body.items.map((enrollment: { id: string }) => enrollment.id);
    expect(await ids({})).toHaveLength(2);
    expect(await ids({ state: 'prepared' })).toEqual([first.body.id]);
    expect(await ids({ user: 'alice' })).toEqual([first.body.id]);
    expect(await ids({ user: 'nobody' })).toEqual([]);
    expect((await rest.call(enrollments.list, [], { query: { state: 'open' } })).status).toBe(400);
  });

  it('refuse a user who exists when they shall, and one who is inactive', async () => {
    const { user } = await rest.enrol('alice');
    expect((await create({ user: 'alice', ifUserExists: 'refuse' })).body.code).toBe('user_exists');
    await rest.call(contract.users.update, [user.id], { body: { status: 'inactive' } });
    expect((await create({ user: 'alice' })).body.code).toBe('user_inactive');
  });

  it('are prepared once, of a kind that exists, with its options', async () => {
    const { body } = await create({ user: 'alice' });
    expect((await prepare(body.id, { kind: 'nosuch' })).body.code).toBe('kind_unknown');
    expect((await prepare(body.id, { kind: 'totp', options: { digits: 99 } })).body.code).toBe('invalid_parameters');
    expect((await prepare(body.id, { kind: 'totp', options: [] })).body.code).toBe('invalid_parameters');
    expect((await prepare(body.id, { kind: 'totp' })).status).toBe(200);
    expect((await prepare(body.id, { kind: 'totp' })).body.code).toBe('wrong_state');
    expect((await prepare('enr_missing', { kind: 'totp' })).status).toBe(404);
  });

  it.each([[{}], [{ code: '1', response: {} }], [{ code: 123456 }], [{ response: 'x' }], [{ code: '' }]])(
    'are not completed by %j (INP-01)',
    async (answer) => {
      const { body } = await create({ user: 'alice', kind: 'totp' });
      expect((await complete(body.id, answer)).status).toBe(400);
      expect((await rest.call(enrollments.get, [body.id])).body.attemptsLeft).toBe(5);
    },
  );
});
