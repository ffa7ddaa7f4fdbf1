// The server that one would write first: each request looks its user up, opens the secret, checks the code and writes, by statements of its own
// on PostgreSQL. It has no policies, budgets, metrics or log.
//
//   node statements-per-request.js PORT URL USERS SEED
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { codeOf, secretOf, stepMs } from '../load/codes.ts';
import { accept, openFloor } from './floor-postgres.ts';
import { answerAccepted, readQuestion, serve } from './read-json.ts';

const [port, url = '', users, seed = ''] = process.argv.slice(2);
const key = randomBytes(32);

function seal(secret: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

function open(sealed: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
}

const pool = await openFloor(url, Number(users), (user) => seal(secretOf(seed, user)));
const tokens = new Set<string>();

async function verify(user: string, code: string): Promise<boolean> {
  const { rows } = await pool.query<{ secret: string; last: string }>({
    name: 'find',
    text: 'SELECT secret, last FROM counters WHERE name = $1',
    values: [user],
  });
  const found = rows[0];
  if (found === undefined) return false;
  const secret = open(found.secret);
  const now = Math.floor(Date.now() / stepMs);
  const step = [now, now - 1, now + 1].find((step) => codeOf(secret, step) === Number(code));
  return step !== undefined && step > Number(found.last) && (await accept(pool, user, step));
}

async function answer(response: ServerResponse, user: string, code: string, token: string): Promise<void> {
  const accepted = await verify(user, code);
  if (accepted && tokens.has(token)) answerAccepted(response, user, 'wrt_e472e0q3ry8yvqq24d25xmt4js.2');
  else response.writeHead(409).end();
}

serve(port, (request, response) => {
  const token = createHash('sha256')
    .update(request.headers.authorization ?? '')
    .digest('hex');
  if (tokens.size === 0 && request.method === 'POST') tokens.add(token);
  readQuestion(request, ({ user, code }) => {
    void answer(response, user, code, token);
  });
});
