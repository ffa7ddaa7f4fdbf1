import { expect } from 'vitest';
import { type ErrorCode, errorTable } from '../../core/errors.ts';
import { platformTenant } from '../../core/ids.ts';
import type { Integration, JsonObject, Tenant } from '../../core/model.ts';
import type { Caller } from '../../engine/engine.ts';
import { errorsOf } from '../../http/endpoint-errors.ts';
import { type Endpoint, endpointsOf, pathParameters, successOf } from '../../http/endpoint.ts';
import { decodeBase32, totp } from '../../otp/index.ts';
import { createTestEngine, type TestEngine } from '../../testing/test-engine.ts';
import { contract } from './contract/index.ts';
import { restDoor } from './rest-door.ts';

/** What stands in an answer; tests look into it freely. */
// oxlint-disable-next-line typescript/no-explicit-any -- bodies are judged by the schemas of the contract, see `conform`
export type Body = any;

export interface Answer {
  status: number;
  body: Body;
  headers: Headers;
}

export interface CallOptions {
  token?: string | undefined;
  headers?: Record<string, string>;
  body?: unknown;
  query?: Record<string, string>;
  source?: string;
}

export interface RestFixture extends TestEngine {
  app: ReturnType<typeof restDoor>['app'];
  /** What the door reported as failures of the server. */
  reported: unknown[];
  /** A request as it is. */
  send(method: string, target: string, options?: CallOptions): Promise<Answer>;
  /** A request to a declared endpoint, by default of the test's integration; its answer is held against the declaration. */
  call(endpoint: Endpoint, ids?: readonly string[], options?: CallOptions): Promise<Answer>;
  /** The code that an authenticator app shows for what an enrollment showed. */
  codeOf(shown: JsonObject | undefined, steps?: number): string;
  /** A user with an authenticator app. */
  enrol(user: string, token?: string): Promise<{ user: Body; device: Body; code: (steps?: number) => string }>;
}

/** The REST door before a real engine. */
export async function restFixture(options?: Parameters<typeof createTestEngine>[0]): Promise<RestFixture> {
  const test = await createTestEngine(options);
  const reported: unknown[] = [];
  const { app } = restDoor({ engine: test.engine, version: '0.0.0', report: (error) => reported.push(error) });

  async function send(method: string, target: string, options: CallOptions = {}): Promise<Answer> {
    const { token, headers = {}, body, source = '192.0.2.1' } = options;
    const response = await app.request(
      target,
      {
        method,
        headers: {
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      },
      { source, secure: true },
    );
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  async function call(endpoint: Endpoint, ids: readonly string[] = [], options: CallOptions = {}): Promise<Answer> {
    const query = options.query === undefined ? '' : `?${new URLSearchParams(options.query).toString()}`;
    const answer = await send(endpoint.method, pathOf(endpoint, ids) + query, { token: test.token, ...options });
    conform(endpoint, answer);
    return answer;
  }

  function codeOf(shown: JsonObject | undefined, steps = 0): string {
    const secret = shown?.['secret'];
    return totp({
      secret: decodeBase32(typeof secret === 'string' ? secret : ''),
      time: test.clock.now() + steps * 30_000,
    });
  }

  async function enrol(user: string, token: string = test.token) {
    const made = await call(contract.devices.create, [], { token, body: { user, kind: 'totp' } });
    expect(made.status).toBe(201);
    const { device, shown } = made.body;
    const found = await call(contract.users.list, [], { token, query: { name: user } });
    return { user: found.body.items[0], device, code: (steps?: number) => codeOf(shown, steps) };
  }

  /** Closes the engine, and fails when the server did. */
  async function close(): Promise<void> {
    await test.close();
    if (reported.length > 0) throw new Error('the door reported a failure', { cause: reported[0] });
  }

  return { ...test, app, reported, send, call, codeOf, enrol, close };
}

/** The path of an endpoint with these ids. */
export function pathOf(endpoint: Endpoint, ids: readonly string[]): string {
  let path: string = endpoint.path;
  for (const [index, name] of pathParameters(endpoint.path).entries())
    path = path.replace(`:${name}`, ids[index] ?? '');
  return path;
}

/** Holds an answer against what its endpoint declares: the status, every member of the body, the code of a refusal. */
export function conform(endpoint: Endpoint, { status, body, headers }: Answer): void {
  const success = successOf(endpoint);
  if (status < 300) {
    expect(status).toBe(success.status);
    if (success.schema === null) expect(body).toBeUndefined();
    else expect(success.schema.parse(body)).toEqual(body);
    return;
  }
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(errorsOf(endpoint)).toContain(body.code);
  expect(body).toMatchObject({
    type: `urn:countersign:error:${body.code}`,
    title: errorTable[body.code as ErrorCode].text,
    status: errorTable[body.code as ErrorCode].status,
  });
  expect(status).toBe(body.status);
}

/** Every endpoint with its name in the contract. */
export function everyEndpoint(): [name: string, endpoint: Endpoint][] {
  return Array.from(endpointsOf(contract), ([trail, endpoint]) => [trail.join('.'), endpoint]);
}

const password = 'four winds of heaven 42';

/** An administrator of a tenant, with a token. */
export async function administratorOf(test: TestEngine, tenant: Tenant['id'], login: string) {
  const caller: Caller = { ...test.system, tenant };
  const administrator = await test.engine.administrators.create(caller, {
    login,
    email: 'admin@example.org',
    firstName: 'Bob',
    lastName: 'Example',
    password,
  });
  const { token } = await test.engine.administrators.issueToken(caller, administrator.id);
  const basic = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
  return { administrator, token, basic, password };
}

/** An administrator of the whole installation. */
export async function platformAdministrator(test: TestEngine, login = 'root') {
  return administratorOf(test, platformTenant, login);
}

/** Another integration of a tenant, with users of its own. */
export async function integrationOf(
  test: TestEngine,
  tenant: Tenant['id'],
  name: string,
  doors: Record<string, JsonObject> = { rest: {} },
): Promise<{ integration: Integration; token: string }> {
  return test.engine.integrations.create({ ...test.system, tenant }, { name, doors, realm: 'own' });
}
