import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeBase32, hotp, totp } from '../../../otp/index.ts';
import { contract } from '../contract/index.ts';
import { type RestFixture, restFixture } from '../rest.fixture.ts';

const { devices } = contract;
let rest: RestFixture;
beforeEach(async () => {
  rest = await restFixture();
});
afterEach(async () => rest.close());

const create = async (body: unknown) => rest.call(devices.create, [], { body });
const verify = async (user: string, code: string) =>
  (await rest.call(contract.verify, [], { body: { user, code } })).body.accepted;

const key = new TextEncoder().encode('12345678901234567890');
const secret = encodeBase32(key);

describe('devices', () => {
  it('are imported with an existing secret', async () => {
    const fields = { algorithm: 'SHA256', digits: 8, period: 60 };
    const { status, body } = await create({ user: 'alice', kind: 'totp', name: 'Old app', secret, ...fields });
    expect(status).toBe(201);
    expect(body.device).toMatchObject({ kind: 'totp', name: 'Old app', status: 'active' });
    const code = totp({ secret: key, time: rest.clock.now(), algorithm: 'SHA256', digits: 8, period: 60 });
    expect(await verify('alice', code)).toBe(true);
  });

  it('are imported from an otpauth URI', async () => {
    const uri = `otpauth://hotp/Example:alice?secret=${secret}&issuer=Example&counter=7`;
    const { status, body } = await create({ user: 'alice', uri });
    expect([status, body.device.kind]).toEqual([201, 'hotp']);
    expect(await verify('alice', hotp({ secret: key, counter: 6 }))).toBe(false);
    expect(await verify('alice', hotp({ secret: key, counter: 7 }))).toBe(true);
  });

  it('are made anew without a secret, and show what their owner needs', async () => {
    const { body } = await create({ user: 'alice', kind: 'totp' });
    expect(body.shown.uri).toMatch(/^otpauth:\/\/totp\//);
    expect(await verify('alice', rest.codeOf(body.shown))).toBe(true);
    const read = await rest.call(devices.get, [body.device.id]);
    expect(JSON.stringify(read.body)).not.toContain(body.shown.secret);
  });

  it.each([
    [{ kind: 'totp', secret: 'not base32!' }, 'invalid_parameters'],
    [{ kind: 'totp', secret: 'GEZDG' }, 'invalid_parameters'],
    [{ kind: 'totp', period: 0 }, 'invalid_parameters'],
    [{ kind: 'totp', digits: 30 }, 'invalid_parameters'],
    [{ kind: 'totp', counter: 5 }, 'invalid_parameters'],
    [{ kind: 'hotp', counter: -1 }, 'invalid_parameters'],
    [{ kind: 'hotp', counter: 2 ** 53 }, 'invalid_parameters'],
    [{ kind: 'nosuch' }, 'kind_unknown'],
    [{ uri: 'https://example.org' }, 'invalid_parameters'],
    [{ uri: `otpauth://totp/a?secret=${secret}`, digits: 8 }, 'invalid_parameters'],
    [{ uri: `otpauth://totp/a?secret=${secret}`, kind: 'totp' }, 'invalid_parameters'],
    [{}, 'invalid_parameters'],
    [{ kind: 'email', options: { address: 'a@b@c' } }, 'invalid_parameters'],
  ])('are not made of %j (INP-16)', async (fields, code) => {
    const answer = await create({ user: 'alice', ...fields });
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    expect((await rest.call(contract.users.list)).body.items).toEqual([]);
  });

  it('never repeat the secret in a refusal (SEC-07)', async () => {
    const answer = await create({ user: 'alice', kind: 'totp', secret: `${secret}!`, digits: 99 });
    expect(JSON.stringify(answer.body)).not.toContain(secret);
  });

  it('are renamed, suspended and resumed, and removed', async () => {
    const { device, code } = await rest.enrol('alice');
    const renamed = await rest.call(devices.update, [device.id], { body: { name: 'Telephone', status: 'suspended' } });
    expect(renamed.body).toMatchObject({ id: device.id, name: 'Telephone', status: 'suspended' });
    expect(await verify('alice', code())).toBe(false);
    expect((await rest.call(devices.update, [device.id], { body: { status: 'active' } })).body.name).toBe('Telephone');
    expect(await verify('alice', code())).toBe(true);
    expect((await rest.call(devices.get, [device.id])).body.lastUsedAt).toBe(new Date(rest.clock.now()).toISOString());
    expect((await rest.call(devices.update, [device.id], { body: {} })).status).toBe(400);
    expect((await rest.call(devices.remove, [device.id])).status).toBe(204);
    expect((await rest.call(devices.get, [device.id])).status).toBe(404);
    expect((await rest.call(devices.remove, [device.id])).status).toBe(404);
    expect((await rest.call(devices.update, [device.id], { body: { name: 'x' } })).status).toBe(404);
  });

  it('have names of their own', async () => {
    const first = await rest.enrol('alice');
    const second = await create({ user: 'alice', kind: 'totp', name: 'Second' });
    const answer = await rest.call(devices.update, [second.body.device.id], { body: { name: first.device.name } });
    expect([answer.status, answer.body.code]).toEqual([409, 'already_exists']);
  });

  it('are resynchronized by two consecutive codes (RFC 4226 §7.4, OSS-49)', async () => {
    const { body } = await create({ user: 'alice', kind: 'hotp', secret });
    const codes = (counter: number) => [hotp({ secret: key, counter }), hotp({ secret: key, counter: counter + 1 })];
    expect(await verify('alice', codes(60)[0] ?? '')).toBe(false);
    const resynchronize = async (pair: unknown) =>
      rest.call(devices.resynchronize, [body.device.id], { body: { codes: pair } });
    expect((await resynchronize([codes(60)[0], codes(70)[0]])).body).toEqual({ accepted: false });
    expect((await resynchronize(codes(60))).body).toMatchObject({ accepted: true, device: { id: body.device.id } });
    expect(await verify('alice', hotp({ secret: key, counter: 62 }))).toBe(true);
    expect((await resynchronize(['1'])).status).toBe(400);
    expect((await resynchronize(['1', '2', '3'])).status).toBe(400);
    expect((await rest.call(devices.resynchronize, ['dev_0'], { body: { codes: codes(1) } })).status).toBe(404);
  });
});
