import { onTestFinished } from 'vitest';
import type { IntegrationChanges } from '../../engine/engine.ts';
import { decodeBase32, totp } from '../../otp/index.ts';
import { createTestEngine, type TestEngine } from '../../testing/test-engine.ts';
import { type Oss2faSettings, oss2faDoor } from './index.ts';

type RequestBody = NonNullable<RequestInit['body']>;

/** What a test sends besides method, path and body. */
export type HeaderFields = Record<string, string>;

/** An answer with its body read: undefined when it is empty. */
export interface Told<Body> {
  status: number;
  headers: Headers;
  text: string;
  body: Body;
}

export interface EnrollmentBody {
  pk: number;
  device_selection: number | null;
  username: string;
  status: number;
  created_at: string;
  expires_at: string;
  public_details: { provisioning_uri: string; qr_code: string | null } | null;
}

export interface ChallengeBody {
  pk: number;
  status: number;
  public_details: null;
  reference: string;
  created_at: string;
  expires_at: string;
}

/** The door in front of a real engine, and a caller who speaks dialect B unless told otherwise. */
export interface Wire extends TestEngine {
  send<Body = unknown>(
    method: string,
    path: string,
    init?: { body?: RequestBody; headers?: HeaderFields },
  ): Promise<Told<Body>>;
  get<Body = unknown>(path: string, headers?: HeaderFields): Promise<Told<Body>>;
  post<Body = unknown>(path: string, body: unknown, headers?: HeaderFields): Promise<Told<Body>>;
  /** The key pair of the default integration. */
  keyPair: HeaderFields;
  /** What went wrong without being a refusal. */
  faults: unknown[];
  /** Changes the default integration. */
  configure(changes: IntegrationChanges): Promise<void>;
  /** Begins an enrollment; resolves with its number. */
  begin(username: string, headers?: HeaderFields): Promise<number>;
  /** Begins an enrollment of an authenticator app and prepares it. */
  prepare(username: string, headers?: HeaderFields): Promise<{ pk: number; app: App }>;
  /** Enrolls an authenticator app; the code of this moment is used up then. */
  enroll(username: string, headers?: HeaderFields): Promise<{ pk: number; clientId: number; app: App }>;
  /** Challenges a client; resolves with the number of the challenge. */
  challenge(username: string, headers?: HeaderFields): Promise<number>;
}

/** An authenticator app that has read a provisioning URI. */
export interface App {
  uri: URL;
  secret: string;
  /** The code of now, or of some steps before or after. */
  code(steps?: number): string;
  /** A code that is wrong in every step near now. */
  wrongCode(): string;
}

export function basic(user: string, password: string): HeaderFields {
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

/** Closed when the test is over. */
export async function openWire(
  settings: Oss2faSettings = {},
  options: Parameters<typeof createTestEngine>[0] = {},
): Promise<Wire> {
  const server = await createTestEngine(options);
  onTestFinished(() => server.close());
  const faults: unknown[] = [];
  const { app } = oss2faDoor({ engine: server.engine, settings, report: (error) => faults.push(error) });
  const keyPair = basic(server.accessKey, server.secretKey);

  const send = async (
    method: string,
    path: string,
    init: { body?: RequestBody; headers?: HeaderFields } = {},
  ): Promise<Told<never>> => {
    const response = await app.request(
      `http://127.0.0.1:8300${path}`,
      { method, ...init },
      { source: '127.0.0.1', secure: false },
    );
    const text = await response.text();
    const body = (text === '' ? undefined : JSON.parse(text)) as never;
    return { status: response.status, headers: response.headers, text, body };
  };
  const get: Wire['get'] = (path, headers = keyPair) => send('GET', path, { headers });
  const post: Wire['post'] = (path, body, headers = keyPair) =>
    send('POST', path, { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } });

  const begin: Wire['begin'] = async (username, headers) => {
    const { status, body } = await post<EnrollmentBody>('/integration/enrollments', { username }, headers);
    if (status !== 201) throw new Error(`the enrollment did not begin: ${status} ${JSON.stringify(body)}`);
    return body.pk;
  };
  const prepare: Wire['prepare'] = async (username, headers) => {
    const pk = await begin(username, headers);
    const path = `/integration/enrollments/${pk}/prepare-device`;
    const { status, body } = await post<EnrollmentBody>(path, { kind: 1 }, headers);
    if (status !== 200) throw new Error(`the enrollment was not prepared: ${status} ${JSON.stringify(body)}`);
    return { pk, app: readApp(server, body.public_details?.provisioning_uri ?? '') };
  };

  return {
    ...server,
    send,
    get,
    post,
    keyPair,
    faults,
    begin,
    prepare,
    async configure(changes) {
      const caller = { tenant: server.tenant, actor: server.system.actor, door: 'test' };
      await server.engine.integrations.update(caller, server.integration.id, changes);
    },
    async enroll(username, headers) {
      const { pk, app } = await prepare(username, headers);
      const token = app.code();
      const { status, headers: told } = await post(`/integration/enrollments/${pk}/complete`, { token }, headers);
      if (status !== 201) throw new Error(`the enrollment was not completed: ${status}`);
      return { pk, app, clientId: Number(told.get('X-Client-Id')) };
    },
    async challenge(username, headers) {
      const { status, body } = await post<ChallengeBody>('/integration/challenges', { username }, headers);
      if (status !== 201) throw new Error(`the challenge was not issued: ${status} ${JSON.stringify(body)}`);
      return body.pk;
    },
  };
}

export function readApp({ clock }: Pick<TestEngine, 'clock'>, provisioningUri: string): App {
  const uri = new URL(provisioningUri);
  const secret = uri.searchParams.get('secret') ?? '';
  const period = Number(uri.searchParams.get('period') ?? 30);
  const digits = Number(uri.searchParams.get('digits') ?? 6);
  const algorithm = (uri.searchParams.get('algorithm') ?? 'SHA1') as 'SHA1' | 'SHA256' | 'SHA512';
  const code = (steps = 0) =>
    totp({ secret: decodeBase32(secret), time: clock.now() + steps * period * 1000, period, digits, algorithm });
  return {
    uri,
    secret,
    code,
    wrongCode() {
      const near = [-3, -2, -1, 0, 1, 2, 3].map((steps) => code(steps));
      return ['000000', '111111', '222222', '333333', '444444', '555555', '666666', '777777']
        .map((wrong) => wrong.slice(0, 6).padEnd(digits, '0'))
        .find((wrong) => !near.includes(wrong)) as string;
    },
  };
}
