import { onTestFinished } from 'vitest';
import { decodeBase32, totp } from '../../src/otp/index.ts';
import { adjureDoor } from '../../src/doors/adjure/index.ts';
import { oss2faDoor } from '../../src/doors/oss2fa/index.ts';
import { restDoor } from '../../src/doors/rest/index.ts';
import { administratorOf, platformAdministrator } from '../../src/doors/rest/rest.fixture.ts';
import type { HttpDoor } from '../../src/http/door.ts';
import { createHandler } from '../../src/server/create-handler.ts';
import { createTestEngine, type TestEngine, type TestEngineOptions } from '../../src/testing/test-engine.ts';

/** What stands in an answer; tests look into it freely. */
// oxlint-disable-next-line typescript/no-explicit-any -- a fixture for three protocols, each with bodies of its own
export type Body = any;

export interface Told {
  status: number;
  headers: Headers;
  text: string;
  /** The JSON of the answer; undefined when it is no JSON. */
  body: Body;
}

export interface Sent {
  headers?: Record<string, string>;
  /** Text as it is; anything else as JSON. */
  body?: unknown;
  source?: string;
}

/** What a way of proving answers: `yes`, `no`, or the code of the refusal. */
export type Try = (user: string, code: string) => Promise<string>;

export interface EveryDoor extends TestEngine {
  /** What the doors reported as failures of the server. */
  faults: unknown[];
  doors: readonly HttpDoor[];
  /** A request to whichever door has the path, as this server routes it. */
  send(method: string, target: string, sent?: Sent): Promise<Told>;
  rest: Record<string, string>;
  oss2fa: Record<string, string>;
  /** Basic credentials of an administrator of the tenant, and of the platform. */
  admin: Record<string, string>;
  platform: Record<string, string>;
  /** Every way in which a caller can ask whether a code is right. */
  ways: Record<string, Try>;
  /** A user with an authenticator app whose QR code can be read again, as Adjure makes one. */
  enrol(user: string): Promise<{ id: string; deviceId: string; code: (steps?: number) => string; wrong: () => string }>;
}

/** The three doors in front of one engine, for one integration that may use them all; closed with the test. */
export async function openEveryDoor(options: TestEngineOptions = {}): Promise<EveryDoor> {
  const doors = await everyDoor(options);
  onTestFinished(() => doors.close());
  return doors;
}

/** The same for several tests; whoever opens it closes it. */
export async function everyDoor(options: TestEngineOptions = {}): Promise<EveryDoor> {
  const test = await createTestEngine(options);
  const { engine } = test;
  const faults: unknown[] = [];
  const report = (error: unknown) => void faults.push(error);
  const doors = [
    restDoor({ engine, version: '0.0.0', report }),
    oss2faDoor({ engine, report }),
    adjureDoor({
      engine,
      tokenlessIntegration: () => engine.integrations.get(test.caller, test.integration.id),
      report,
    }),
  ];
  const handle = createHandler({ doors });

  const send: EveryDoor['send'] = async (method, target, { headers = {}, body, source = '127.0.0.1' } = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const request = new Request(`http://localhost:8300${target}`, {
      method,
      headers: { ...(text !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      ...(text !== undefined && { body: text }),
    });
    const response = await handle(request, { source, secure: false });
    const answer = await response.text();
    return { status: response.status, headers: response.headers, text: answer, body: parsed(answer) };
  };

  const rest = { Authorization: `Bearer ${test.token}` };
  const oss2fa = basic(test.accessKey, test.secretKey);
  const admin = { Authorization: (await administratorOf(test, test.tenant, 'bob')).basic };
  const platform = { Authorization: (await platformAdministrator(test)).basic };
  const post = (target: string, body: unknown, headers: Record<string, string> = {}) =>
    send('POST', target, { body, headers });

  const ways: EveryDoor['ways'] = {
    'REST verify': async (user, code) => {
      const { status, body } = await post('/v1/verify', { user, code }, rest);
      return status === 200 ? said(body.accepted) : body.code;
    },
    'a REST challenge': async (user, code) => {
      const issued = await post('/v1/challenges', { user }, rest);
      if (issued.status !== 201) return issued.body.code;
      const { status, body } = await post(`/v1/challenges/${issued.body.id}/answer`, { code }, rest);
      return status === 200 ? said(body.accepted) : body.code;
    },
    'an OSS2FA challenge': async (user, code) => {
      const issued = await post('/integration/challenges', { username: user }, oss2fa);
      if (issued.status !== 201) return issued.headers.get('X-Error-Code') ?? '';
      const done = await post(`/integration/challenges/${issued.body.pk}/complete`, { token: code }, oss2fa);
      return done.status === 200 ? said(done.body.status === complete) : (done.headers.get('X-Error-Code') ?? '');
    },
    'Adjure authenticate': async (user, code) => {
      const { status, body } = await post('/user/authenticate', { user_id: user, auth_code: code });
      return status === 200 ? 'yes' : body.error_code === 'VALIDATION_FAILURE' ? 'no' : body.error_code;
    },
  };

  async function enrol(user: string) {
    const made = await engine.devices.provision(test.caller, {
      user,
      devices: [{ kind: 'totp', readable: true, options: { algorithm: 'SHA1' } }],
    });
    const [device] = made.devices;
    const secret = decodeBase32(device?.shown?.['secret'] as string);
    const code = (steps = 0) => totp({ secret, time: test.clock.now() + steps * 30_000 });
    const wrong = () => {
      const near = new Set([-3, -2, -1, 0, 1, 2, 3].map(code));
      return ['000000', '111111', '222222', '333333'].find((text) => !near.has(text)) ?? '444444';
    };
    return { id: made.user.id, deviceId: device?.device.id ?? '', code, wrong };
  }

  return { ...test, faults, doors, send, rest, oss2fa, admin, platform, ways, enrol };
}

/** An OSS2FA challenge that was passed. */
const complete = 3;

export function basic(user: string, password: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

function said(accepted: boolean): string {
  return accepted ? 'yes' : 'no';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
