import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../databases/servers.fixture.ts';
import { isListening, startProgram, type StartedProgram, waitUntil } from './started-program.fixture.ts';

/** An SMS as it left for a telephone. */
export interface ReceivedSms {
  to: string;
  coding: 'text' | 'ucs-2';
  text: string;
}

/** A real SMS gateway with a message centre that keeps what it gets. */
export interface Kannel {
  /** Where it takes messages over HTTP (`sendsms`). */
  url: string;
  password: string;
  /** What has reached the message centre, oldest first. */
  received(): ReceivedSms[];
  /** The same, once there are so many. */
  receivedAtLeast(count: number): Promise<ReceivedSms[]>;
  stop(): Promise<void>;
}

const fakeCentre = '/usr/lib/kannel/test/fakesmsc';

export interface KannelOptions {
  /** The port of an SMPP message centre on this machine, in the place of `fakesmsc`. */
  messageCentre?: number;
}

/** Kannel (bearerbox and smsbox) with its `fakesmsc`, each on a free port of this machine. */
export async function startKannel({ messageCentre }: KannelOptions = {}): Promise<Kannel> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-kannel-'));
  const [admin, box, centre, http] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const password = 'p&w d';
  const programs: StartedProgram[] = [];
  const start = (program: string, args: readonly string[]) => {
    const started = startProgram(program, args, folder);
    programs.push(started);
    return started;
  };
  const said = () => programs.map((program) => program.output()).join('\n');
  const stop = async () => {
    for (const program of programs.splice(0).toReversed()) await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };

  const config = join(folder, 'kannel.conf');
  writeFileSync(config, configuration({ admin, box, centre, http, password, messageCentre }));
  try {
    start('bearerbox', [config]);
    await waitUntil(
      async () => (await isListening(box)) && (messageCentre !== undefined || (await isListening(centre))),
      said,
    );
    start('smsbox', [config]);
    await waitUntil(() => isListening(http), said);
    const phone = messageCentre === undefined ? await startTelephone(start, centre, said) : undefined;
    const received = () => readMessages(phone?.output() ?? '');
    return {
      url: `http://127.0.0.1:${http}/cgi-bin/sendsms`,
      password,
      received,
      receivedAtLeast: async (count) => {
        await waitUntil(() => received().length >= count, said);
        return received();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** It sends one message of its own, which nobody here looks at, and then listens. */
async function startTelephone(
  start: (program: string, args: readonly string[]) => StartedProgram,
  centre: number,
  said: () => string,
): Promise<StartedProgram> {
  const phone = start(fakeCentre, ['-H', '127.0.0.1', '-r', String(centre), '-m', '1', '-i', '3600', '1 2 text hello']);
  await waitUntil(() => phone.output().includes('Got message 1:'), said);
  return phone;
}

/**
 * `fakesmsc` says each line of a message on a line of its own: `<sender receiver text first line>`, then `<second line>`. UCS-2 is
 * percent-encoded.
 */
function readMessages(log: string): ReceivedSms[] {
  const messages: ReceivedSms[] = [];
  for (const [, line = ''] of log.matchAll(/Got message \d+: <(.*)>$/gm)) {
    const head = /^Example (\+\d+) (text|ucs-2) (.*)$/.exec(line);
    const last = messages.at(-1);
    if (head !== null) {
      const [, to = '', coding, text = ''] = head;
      const isText = coding === 'text';
      messages.push({ to, coding: isText ? 'text' : 'ucs-2', text: isText ? text : decodeUcs2(text) });
    } else if (last !== undefined) last.text += `\n${line}`;
  }
  return messages;
}

function decodeUcs2(encoded: string): string {
  const octets = Buffer.from(
    encoded
      .replaceAll('+', ' ')
      .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
  return octets.swap16().toString('utf16le');
}

interface Ports {
  admin: number;
  box: number;
  centre: number;
  http: number;
  password: string;
  messageCentre: number | undefined;
}

function configuration({ admin, box, centre, http, password, messageCentre }: Ports): string {
  return `
group = core
admin-port = ${admin}
admin-interface = 127.0.0.1
admin-password = none
smsbox-port = ${box}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
box-deny-ip = *.*.*.*
log-level = 1

${messageCentre === undefined ? fakeCentreAt(centre) : smppCentreAt(messageCentre)}

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${http}
sendsms-interface = 127.0.0.1
log-level = 1

group = sendsms-user
username = countersign
password = "${password}"
max-messages = 5
concatenation = true
`;
}

function fakeCentreAt(port: number): string {
  return `group = smsc
smsc = fake
smsc-id = fake
port = ${port}
connect-allow-ip = 127.0.0.1`;
}

function smppCentreAt(port: number): string {
  return `group = smsc
smsc = smpp
smsc-id = smpp
host = 127.0.0.1
port = ${port}
smsc-username = countersign
smsc-password = secret
system-type = OTP
address-range = ""
source-addr-autodetect = true`;
}
