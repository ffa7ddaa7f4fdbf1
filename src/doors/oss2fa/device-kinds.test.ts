import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { DeviceKind } from '../../devices/index.ts';
import { type EnrollmentBody, openWire } from './oss2fa.fixture.ts';

interface KindBody {
  pk: number;
  name: string;
  description: string;
}

const judge = (
  state: { secret: { word: string }; counters: { used: number } },
  code: string | undefined,
  at: number,
) =>
  code === state.secret.word
    ? ({
        accepted: true,
        next: { ...state, counters: { used: state.counters.used + 1 } },
        method: { name: 'passphrase', kind: 'knowledge', at },
      } as const)
    : ({ accepted: false, reason: 'wrong' } as const);

/** A kind from outside the package: the user says the word that was agreed on. */
function passphrase(): DeviceKind<{ word: string }, { used: number }, object, { word: string }> {
  return {
    name: 'passphrase',
    title: 'Passphrase',
    description: 'A word that was agreed on',
    configuration: z.object({}),
    options: z.object({ word: z.string().min(8) }),
    prepare: ({ word }) => ({
      state: { secret: { word }, counters: { used: 0 } },
      shown: { hint: word.slice(0, 1) },
      deviceName: 'Passphrase',
    }),
    confirm: ({ state }, { code }, { now }) => judge(state, code, now),
    check: ({ secret, counters }, _issued, { code }, { now }) => judge({ secret, counters }, code, now),
    describe: () => ({}),
  };
}

describe('the list of device kinds', () => {
  test('OSS-51 has number, name and description of every kind; the numbers of OTP and Email are 1 and 2', async () => {
    const wire = await openWire();
    const { status, body } = await wire.get<KindBody[]>('/devices-kind');
    expect(status).toBe(200);
    expect(body.slice(0, 2)).toEqual([
      { pk: 1, name: 'OTP', description: 'OTP Devices' },
      { pk: 2, name: 'Email', description: 'Email Devices' },
    ]);
    expect(body).toHaveLength(wire.engine.kinds.list().length);
    expect(new Set(body.map(({ pk }) => pk)).size).toBe(body.length);
    for (const kind of body) expect(Object.keys(kind)).toEqual(['pk', 'name', 'description']);
  });

  test('OSS-49 has HOTP', async () => {
    const wire = await openWire();
    const { body } = await wire.get<KindBody[]>('/devices-kind');
    expect(body.map(({ name }) => name)).toContain('HOTP');
  });

  test('OSS-51 OSS-62 needs the credentials of an integration', async () => {
    const wire = await openWire();
    expect((await wire.get('/devices-kind', {})).status).toBe(401);
    expect((await wire.get('/devices-kind', { 'X-Integration-Token': 'wrong' })).status).toBe(401);
  });

  test('OSS-51 can be opened; wrong credentials are refused all the same', async () => {
    const wire = await openWire({ openKindList: true });
    expect((await wire.get('/devices-kind', {})).status).toBe(200);
    expect((await wire.get('/devices-kind', wire.keyPair)).status).toBe(200);
    expect((await wire.get('/devices-kind', { 'X-Integration-Token': 'wrong' })).status).toBe(401);
  });

  test('OSS-52 OSS-77 has a kind from outside too, which enrols and answers by its number and by its name', async () => {
    const wire = await openWire({}, { kinds: [passphrase()] });
    const { body } = await wire.get<KindBody[]>('/devices-kind');
    const kind = body.at(-1);
    expect(kind).toMatchObject({ name: 'passphrase', description: 'A word that was agreed on' });
    expect(kind?.pk).toBeGreaterThan(100);
    expect((await wire.get<KindBody[]>('/devices-kind')).body).toEqual(body);

    for (const [username, wanted] of [
      ['alice', kind?.pk],
      ['bob', 'PassPhrase'],
    ] as const) {
      const path = `/integration/enrollments/${await wire.begin(username)}`;
      const prepared = await wire.post<EnrollmentBody>(`${path}/prepare-device`, {
        kind: wanted,
        options: { word: 'swordfish' },
      });
      expect(prepared.body.public_details).toEqual({ hint: 's' });
      expect((await wire.post(`${path}/complete`, { token: 'swordfish' })).status).toBe(201);
      const challenge = `/integration/challenges/${await wire.challenge(username)}`;
      const answered = await wire.post<{ status: number }>(`${challenge}/complete`, { token: 'swordfish' });
      expect(answered.body.status).toBe(3);
    }
  });

  test('OSS-52 the options of a kind from outside are refused by their names', async () => {
    const wire = await openWire({}, { kinds: [passphrase()] });
    const path = `/integration/enrollments/${await wire.begin('alice')}/prepare-device`;
    const answer = await wire.post(path, { kind: 'passphrase', options: { word: 'short' } });
    expect([answer.status, answer.body]).toEqual([400, 'word']);
  });
});
