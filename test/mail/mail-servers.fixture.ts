import { execFile, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFileSync } from 'node:child_process';
import { generateCertificate } from '../fixtures/certificate.ts';

const run = promisify(execFile);

/** A Postfix that takes mail over TLS only, and a Dovecot that keeps it: what arrived is read over IMAP. */
export interface MailServers {
  /** Submission with STARTTLS, and a port whose STARTTLS somebody has taken away. */
  port: number;
  strippedPort: number;
  /** The certificate of Postfix, in a file. */
  caFile: string;
  /** The whole mails of a mailbox as they arrived, newest last. */
  read(mailbox: string): Promise<string[]>;
  /** Resolves when a mailbox has so many mails; answers them. */
  waitFor(mailbox: string, count: number): Promise<string[]>;
  /** What Postfix has written into its log. */
  log(): string;
  stopPostfix(): Promise<void>;
  startPostfix(): Promise<void>;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const services = [
  'pickup unix n - n 60 1 pickup',
  'cleanup unix n - n - 0 cleanup',
  'qmgr unix n - n 300 1 qmgr',
  'tlsmgr unix - - n 1000? 1 tlsmgr',
  'rewrite unix - - n - - trivial-rewrite',
  'bounce unix - - n - 0 bounce',
  'defer unix - - n - 0 bounce',
  'proxymap unix - - n - - proxymap',
  'error unix - - n - - error',
  'retry unix - - n - - error',
  'lmtp unix - - n - - lmtp',
  'anvil unix - - n - 1 anvil',
  'postlog unix-dgram n - n - 1 postlogd',
];

/** Starts both in a folder of their own. Mail for example.test is kept, but for nobody@example.test; all other mail is refused. */
export async function startMailServers(): Promise<MailServers> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-mail-'));
  // Their own users have to reach what is theirs.
  chmodSync(folder, 0o755);
  const inside = (name: string) => join(folder, name);
  const [port, strippedPort, lmtp, imap] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const { cert, key } = await generateCertificate();
  for (const name of ['etc', 'queue', 'data', 'mail', 'dovecot']) mkdirSync(inside(name), { mode: 0o755 });
  chownSync(inside('data'), await idOf('-u', 'postfix'), await idOf('-g', 'postfix'));
  chownSync(inside('mail'), await idOf('-u', 'mail'), await idOf('-g', 'mail'));
  writeFileSync(inside('cert.pem'), cert);
  writeFileSync(inside('key.pem'), key, { mode: 0o600 });

  const main = [
    'compatibility_level = 3.6',
    `queue_directory = ${inside('queue')}`,
    `data_directory = ${inside('data')}`,
    'myhostname = mx.example.test',
    'mydestination =',
    'inet_interfaces = 127.0.0.1',
    'inet_protocols = ipv4',
    'mynetworks = 127.0.0.0/8',
    'default_transport = error:no outside mail',
    'relay_transport = error:no relay',
    'virtual_mailbox_domains = example.test',
    `virtual_transport = lmtp:inet:127.0.0.1:${lmtp}`,
    `maillog_file = ${inside('postfix.log')}`,
    `maillog_file_prefixes = ${folder}`,
    'alias_maps =',
    'local_recipient_maps =',
    'smtpd_recipient_restrictions = check_recipient_access inline:{{nobody@example.test=550 5.1.1 No such mailbox}}, permit_mynetworks, reject',
    'smtpd_tls_security_level = encrypt',
    `smtpd_tls_cert_file = ${inside('cert.pem')}`,
    `smtpd_tls_key_file = ${inside('key.pem')}`,
    'smtpd_tls_received_header = yes',
    'smtpd_tls_mandatory_protocols = >=TLSv1.2',
  ];
  writeFileSync(inside('etc/main.cf'), `${main.join('\n')}\n`);
  const doors = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    `127.0.0.1:${strippedPort} inet n - n - - smtpd -o smtpd_tls_security_level=none`,
  ];
  writeFileSync(inside('etc/master.cf'), `${[...doors, ...services].join('\n')}\n`);

  const dovecot = `
base_dir = ${inside('dovecot/run')}
log_path = ${inside('dovecot.log')}
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:${inside('mail')}/%u
mail_uid = mail
mail_gid = mail
first_valid_uid = 8
default_internal_user = dovecot
default_login_user = dovenull
passdb {
  driver = static
  args = password=x
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${inside('mail')}/%u allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    port = ${imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtp}
  }
}
`;
  writeFileSync(inside('dovecot.conf'), dovecot);
  const running = spawn('dovecot', ['-F', '-c', inside('dovecot.conf')], { stdio: 'ignore' });
  const ended = new Promise((resolve) => running.once('exit', resolve));
  const postfix = (command: string) => run('postfix', ['-c', inside('etc'), command]);
  await postfix('start');

  const imapCurl = async (mailbox: string, what: string, ...options: string[]) => {
    const url = `imap://127.0.0.1:${imap}/${what}`;
    const { stdout } = await run('curl', ['-s', '--user', `${mailbox}:x`, url, ...options], { maxBuffer: 2 ** 24 });
    return stdout;
  };
  const read = async (mailbox: string) => {
    // A mailbox nobody has written to is made by looking at it; before Dovecot listens there is no answer at all.
    const status = await imapCurl(mailbox, '', '-X', 'STATUS INBOX (MESSAGES)').catch(() => '');
    const count = Number(/MESSAGES (\d+)/.exec(status)?.[1] ?? 0);
    const mails: string[] = [];
    for (let index = 1; index <= count; index++) mails.push(await imapCurl(mailbox, `INBOX;MAILINDEX=${index}`));
    return mails;
  };

  return {
    port,
    strippedPort,
    caFile: inside('cert.pem'),
    read,
    waitFor: async (mailbox, count) => {
      for (let look = 0; look < 100; look++) {
        const mails = await read(mailbox);
        if (mails.length >= count) return mails;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`${mailbox} has not got ${count} mails:\n${readFileSync(inside('postfix.log'), 'utf8')}`);
    },
    log: () => readFileSync(inside('postfix.log'), 'utf8'),
    stopPostfix: async () => void (await postfix('stop')),
    startPostfix: async () => void (await postfix('start')),
    close: async () => {
      await postfix('stop').catch(() => undefined);
      running.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function idOf(flag: '-u' | '-g', name: string): Promise<number> {
  return Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
}
