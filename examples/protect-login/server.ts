// A login page on plain node:http whose second factor is Countersign: password first, then POST /v1/verify through the typed client.
//
//   COUNTERSIGN_URL=http://127.0.0.1:8300 COUNTERSIGN_TOKEN=cst_… EXAMPLE_PASSWORD=… node examples/protect-login/server.ts
//
// Then open http://127.0.0.1:8080 and sign in as alice@example.org. The first time the page shows a QR code.
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ApiError, createClient } from 'countersign/client';

const { COUNTERSIGN_URL = 'http://127.0.0.1:8300', COUNTERSIGN_TOKEN = '', PORT = '8080' } = process.env;
const client = createClient({ url: COUNTERSIGN_URL, token: COUNTERSIGN_TOKEN });

// Stands for the users that your application has already.
const salt = randomBytes(16);
const hashOf = (password: string) => scryptSync(password, salt, 32);
const users = new Map([
  ['alice@example.org', hashOf(process.env['EXAMPLE_PASSWORD'] ?? 'correct horse battery staple')],
]);

/** What a visitor has proven: his password only (`half`), or both factors. */
interface Session {
  user: string;
  half: boolean;
  enrollment?: string;
  expiresAt: number;
}
const sessions = new Map<string, Session>();

// #region second-factor
/** After the right password: ask what to do with the user. */
async function afterPassword(
  user: string,
  ip: string,
): Promise<Session & { page: 'home' | 'code' | 'denied' | 'enroll'; qr?: string }> {
  const { result } = await client.decide({ user, context: { ip } });
  const session = { user, half: result !== 'allow', expiresAt: Date.now() + 5 * 60_000 };
  if (result === 'allow') return { ...session, page: 'home' };
  if (result === 'deny') return { ...session, page: 'denied' };
  if (result === 'challenge') return { ...session, page: 'code' };
  const enrollment = await client.enrollments.create({ user, kind: 'totp', options: { issuer: 'My App', qr: true } });
  return { ...session, page: 'enroll', enrollment: enrollment.id, qr: enrollment.shown?.['qr'] as string };
}

/** Whether the code is right: that of a device, or the first one of a new device. */
async function isCodeRight({ user, enrollment }: Session, code: string, ip: string): Promise<boolean> {
  if (enrollment === undefined) return (await client.verify({ user, code, context: { ip } })).accepted;
  try {
    await client.enrollments.complete(enrollment, { code });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'answer_refused') return false;
    throw error;
  }
}
// #endregion second-factor

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = /(?:^|; )session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
  const session = sessions.get(id);
  const known = session !== undefined && session.expiresAt > Date.now() ? session : undefined;
  const ip = request.socket.remoteAddress ?? '';
  const route = `${request.method} ${request.url}`;

  if (route === 'GET /') return page(response, known?.half === false ? `<p>Welcome, ${known.user}.</p>` : loginForm);
  if (route === 'POST /login') {
    const { user = '', password = '' } = await readForm(request);
    // An unknown user costs the same time as a wrong password.
    const right = timingSafeEqual(hashOf(password), users.get(user) ?? randomBytes(32));
    if (!right) return page(response, `<p>Wrong user or password.</p>${loginForm}`, 401);
    const { page: next, qr, ...begun } = await afterPassword(user, ip);
    if (next === 'denied') return page(response, '<p>You may not sign in.</p>', 403);
    startSession(response, begun);
    if (next === 'home') return page(response, `<p>Welcome, ${user}.</p>`);
    const image =
      qr === undefined ? '' : `<p>Scan this with an app:</p><img alt="QR code" src="data:image/png;base64,${qr}">`;
    return page(response, `${image}${codeForm}`);
  }
  if (route === 'POST /code' && known?.half === true) {
    const { code = '' } = await readForm(request);
    if (!(await isCodeRight(known, code, ip))) return page(response, `<p>Wrong code.</p>${codeForm}`, 401);
    // A new id: whoever knew the old one has no part in what follows.
    sessions.delete(id);
    startSession(response, { user: known.user, half: false, expiresAt: Date.now() + 8 * 3_600_000 });
    return page(response, `<p>Welcome, ${known.user}.</p>`);
  }
  return page(response, loginForm, 404);
}

function startSession(response: ServerResponse, session: Session): void {
  const id = randomBytes(32).toString('base64url');
  sessions.set(id, session);
  response.setHeader('Set-Cookie', `session=${id}; HttpOnly; SameSite=Strict; Path=/`);
}

async function readForm(request: IncomingMessage): Promise<Record<string, string>> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > 4096) throw new RangeError('the form is too long');
  }
  return Object.fromEntries(new URLSearchParams(text));
}

const loginForm =
  '<form method="post" action="/login"><input name="user" placeholder="User"><input name="password" type="password"><button>Sign in</button></form>';
const codeForm =
  '<form method="post" action="/code"><input name="code" autocomplete="one-time-code" inputmode="numeric"><button>Verify</button></form>';

function page(response: ServerResponse, body: string, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`<!doctype html><title>Example</title>${body}`);
}

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    // Closed when the second factor cannot be asked: nobody gets in without it. Too many wrong codes are such an answer, too.
    const text = error instanceof ApiError ? `${error.code}: ${error.message}` : 'internal error';
    console.error(text);
    page(response, `<p>${error instanceof ApiError ? error.message : 'Something went wrong.'}</p>`, 503);
  });
});
server.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening on http://127.0.0.1:${typeof address === 'object' ? address?.port : PORT}`);
});
