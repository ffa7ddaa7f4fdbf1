import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { build } from '../cli/cli.fixture.ts';
import { serve, slowly, type Served, until } from './served.fixture.ts';
import { distinct, patientCodes, placeStake } from './stake.fixture.ts';
import { holdsInvariants } from './trail.fixture.ts';
import { type Person, type Witness, witness } from './witness.fixture.ts';

beforeAll(build);

/** Opens a connection to a server and says something. */
function say(served: Served, text: string): Socket {
  const { hostname, port } = new URL(served.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(text);
  onTestFinished(() => void socket.destroy());
  return socket;
}

function limitFiles(served: Served, count: number): void {
  const words = ['--pid', String(served.child.pid), `--nofile=${count}:`];
  if (spawnSync('prlimit', words).status !== 0) throw new Error('prlimit failed');
}

/** Everybody submits one code, twice: whatever happened in between, each is let in once, and told so. */
async function isEverybodyTold(eyes: Witness, served: () => Served, people: readonly Person[], at: number) {
  for (const person of people) await eyes.submit(person, at);
  const trail = await holdsInvariants(served(), eyes);
  for (const { name, device } of people) {
    const told = eyes.history.filter((event) => event.event === 'call' && event.user === name);
    expect(told.filter((event) => event.event === 'call' && event.told === 'accepted')).toHaveLength(1);
    expect(trail.filter((row) => row.device === device && row.outcome === 'accepted')).toHaveLength(1);
  }
}

test(
  'a server without a file descriptor left hangs up, lets in nobody falsely, and answers again when there are some (REL-07, DOS-09)',
  { timeout: slowly },
  async () => {
    const served = await serve({ config: patientCodes });
    const eyes = witness(() => served);
    const people = await Promise.all(Array.from({ length: 12 }, (_, index) => eyes.enroll(`user ${index}`)));
    const at = Date.now();
    const told = await eyes.during('no file descriptors', async () => {
      limitFiles(served, 40);
      const crowd = Array.from({ length: 100 }, () => say(served, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n'));
      await until(() => crowd.some((socket) => socket.destroyed), 'a hundred connections fit into 40 files');
      const told = await Promise.all([...people, ...people].map((person) => eyes.submit(person, at)));
      for (const socket of crowd) socket.destroy();
      return told;
    });
    expect(told).toContain('lost');
    await served.ready();
    expect(served.child.exitCode).toBeNull();
    await isEverybodyTold(eyes, () => served, people, at);
  },
);

test(
  'huge bodies are refused before they are read, in little memory, while others are answered (REL-07, DOS-03)',
  { timeout: slowly },
  async () => {
    const served = await serve({ config: patientCodes, env: { NODE_OPTIONS: '--max-old-space-size=64' } });
    const eyes = witness(() => served);
    const stake = await placeStake(eyes, 'memory');
    const chunk = Buffer.alloc(1_000_000, '{"a":');
    const heads = [
      'Content-Length: 1000000000\r\n\r\n',
      'Transfer-Encoding: chunked\r\n\r\nf4240\r\n',
      'Content-Encoding: gzip\r\nContent-Length: 1000000000\r\n\r\n',
    ];
    const statuses = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const head = heads[index % heads.length] ?? '';
        const socket = say(
          served,
          `POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${served.token}\r\n` +
            `Content-Type: application/json\r\n${head}`,
        );
        socket.write(chunk);
        const [answer] = (await once(socket, 'data')) as [Buffer];
        const status = answer.toString().slice(9, 12);
        for (let count = 0; count < 5 && !socket.destroyed; count++) {
          if (!socket.write(chunk))
            await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
        }
        socket.destroy();
        return status;
      }),
    );
    expect(distinct(statuses)).toEqual(['413']);
    await stake.isKept();
    expect(served.child.exitCode).toBeNull();
    await holdsInvariants(served, eyes);
  },
);

test(
  'two hundred callers that are slow are given up, and keep nobody waiting meanwhile (DOS-02)',
  { timeout: slowly },
  async () => {
    const limits = { headersTimeoutMs: 4000, requestTimeoutMs: 5000 };
    const served = await serve({ config: { ...patientCodes, limits } });
    const eyes = witness(() => served);
    const stake = await placeStake(eyes, 'slow');
    const dave = await eyes.enroll('dave');
    const head = `POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${served.token}\r\n`;
    const slow = Array.from({ length: 200 }, (_, index) =>
      say(served, index % 2 === 0 ? head : `${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n`),
    );
    const drip = setInterval(() => slow.forEach((socket) => socket.destroyed || socket.write('X')), 250);
    onTestFinished(() => clearInterval(drip));
    expect(await eyes.submit(dave, Date.now())).toBe('accepted');
    expect(slow.filter((socket) => !socket.destroyed)).toHaveLength(200);
    await stake.isKept();
    await until(() => slow.every((socket) => socket.destroyed), 'slow callers are kept for ever');
  },
);

test(
  'a server that is stopped under load answers everything that it took, and nothing else is done (REL-08)',
  { timeout: slowly },
  async () => {
    let served = await serve({ config: patientCodes });
    const installation = served.cs;
    const eyes = witness(() => served);
    const people = await Promise.all(Array.from({ length: 40 }, (_, index) => eyes.enroll(`user ${index}`)));
    const at = Date.now();
    const load = people.map((person) => eyes.submit(person, at));
    await Promise.any(load);
    const [status] = await Promise.all([served.stop(), ...load]);
    expect(status).toBe(0);
    served = await serve({ installation, config: patientCodes });
    await isEverybodyTold(eyes, () => served, people, at);
  },
);
