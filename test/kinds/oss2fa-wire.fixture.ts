import { expect } from 'vitest';
import type { JsonObject } from '../../src/core/model.ts';
import type { Answer } from '../../src/devices/index.ts';
import type { KindUnderTest, SoftDevice } from './kind-under-test.fixture.ts';
import type { Received, Served, ServedIntegration } from './served.fixture.ts';

export interface Enrollment {
  pk: number;
  status: number;
  device_selection: number | null;
  public_details: JsonObject | null;
}

export interface Challenge {
  pk: number;
  status: number;
  public_details: JsonObject | null;
  reference: string;
}

export interface Told<Body> {
  status: number;
  headers: Headers;
  text: string;
  body: Body;
}

/** A program that was written for OSS2FA, with the header of its README. */
export async function call<Body>(
  served: Served,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Told<Body>> {
  const response = await fetch(`${served.url}/integrations${path}`, {
    method,
    headers: {
      'X-Integration-Token': token,
      Accept: 'application/json; version=1.0',
      'Content-Type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, text, body: parsed as Body };
}

/** The options of a device in the words of this wire. */
function onTheWire({ options }: SoftDevice): JsonObject {
  const names: Record<string, string> = { publicId: 'public_id', privateId: 'private_id', aesKey: 'aes_key' };
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [names[name] ?? name, value]));
}

/** What the user sees of `public_details`. */
function seen(details: JsonObject | null | undefined): JsonObject | undefined {
  if (details === null || details === undefined) return undefined;
  const { provisioning_uri: uri } = details;
  const request = details['registration_request'] ?? details['authentication_request'];
  if (uri === '') return undefined;
  if (typeof uri === 'string') return { uri, secret: new URL(uri).searchParams.get('secret') };
  return request === undefined ? details : { publicKey: request };
}

/** An answer in the words of this wire. */
export function wireAnswer({ code, response }: Answer): object {
  return code === undefined ? { response } : { token: code };
}

export async function prepare(
  served: Served,
  { token }: ServedIntegration,
  row: KindUnderTest,
  username: string,
  soft: SoftDevice,
): Promise<Received<Told<Enrollment>>> {
  const begun = await call<Enrollment>(served, token, 'POST', '/enrollments', { username });
  expect([begun.status, begun.body.status]).toEqual([201, 1]);
  const path = `/enrollments/${begun.body.pk}/prepare-device`;
  return served.receive(
    () => call<Enrollment>(served, token, 'POST', path, { kind: row.kind, options: onTheWire(soft) }),
    ({ body }) => seen(body.public_details),
  );
}

/** Gives the client a device in the way of its kind. */
export async function giveDevice(
  served: Served,
  to: ServedIntegration,
  row: KindUnderTest,
  username: string,
  soft: SoftDevice,
) {
  if (row.madeBy === 'administrator') {
    const { users } = served.server.server.engine;
    const { id } = await users.create(to.caller, { name: username });
    const issued = await users.issueAccessPass(to.caller, id, { reason: 'Lost everything' });
    await soft.confirm({ now: served.clock.now(), shown: { code: issued.code }, message: undefined });
    return;
  }
  const { told, asked } = await prepare(served, to, row, username, soft);
  expect([told.status, told.body.status, Number.isInteger(told.body.device_selection)]).toEqual([200, 2, true]);
  const first = wireAnswer(await soft.confirm(asked));
  const completed = await call(served, to.token, 'POST', `/enrollments/${told.body.pk}/complete`, first);
  expect([completed.status, completed.text]).toEqual([201, '']);
  expect(Number(completed.headers.get('X-Client-Id'))).toBeGreaterThan(0);
  served.clock.advance(row.pauseMs ?? 0);
}

export function issue(
  served: Served,
  { token }: ServedIntegration,
  username: string,
): Promise<Received<Told<Challenge>>> {
  return served.receive(
    () => call<Challenge>(served, token, 'POST', '/challenges', { username, reference: 'door 3' }),
    ({ body }) => seen(body.public_details),
  );
}
