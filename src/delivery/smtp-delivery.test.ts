import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, generateCertificate } from '../../test/fixtures/certificate.ts';
import { parseMail } from '../../test/fixtures/parse-mail.ts';
import { type SmtpServer, startSmtpServer } from '../../test/fixtures/smtp-server.ts';
import type { CountersignError } from '../core/errors.ts';
import { failureOf } from './failure-of.fixture.ts';
import { type Delivery, type OutgoingMessage, type SmtpOptions, smtpDelivery } from './index.ts';
import { type SmtpScript, accepting, startScriptedSmtpServer } from './scripted-smtp-server.fixture.ts';

const about = { tenant: 'tnt_1', tenantName: 'Example', id: 'msg_0001' };
const codeMail: OutgoingMessage = {
  channel: 'mail',
  to: 'alice@example.org',
  template: 'code',
  values: { code: '04217', minutes: '5', user: 'alice' },
};

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).toReversed()) await thing.close();
});

function mailTo(port: number, options: Partial<SmtpOptions> = {}): Delivery {
  const delivery = smtpDelivery({ host: '127.0.0.1', port, from: 'Sender <sender@example.org>', ...options });
  open.push(delivery);
  return delivery;
}

async function scripted(script: SmtpScript) {
  const server = await startScriptedSmtpServer(script);
  open.push(server);
  return server;
}

describe('mail through an SMTP server', () => {
  let server: SmtpServer;
  beforeAll(async () => {
    server = await startSmtpServer();
  });
  afterAll(() => server.close());

  async function arriving(send: () => Promise<void>): Promise<string[]> {
    const before = (await server.messages()).length;
    await send();
    return (await server.messages()).slice(before);
  }

  it('arrives once, with the code in a text part and an HTML part (OSS-41, OSS-45)', async () => {
    const raw = await arriving(() => mailTo(server.port).deliver(codeMail, about));
    expect(raw).toHaveLength(1);
    const mail = await parseMail(raw[0]!);
    expect(mail.type).toBe('multipart/alternative');
    expect(mail.parts.map((part) => part.type)).toEqual(['text/plain', 'text/html']);
    expect(mail.parts[0]!.content.split('\n')).toContain('04217');
    expect(mail.parts[0]!.content).toContain('5 minutes');
    expect(mail.parts[1]!.content).toContain('>04217<');
    expect(mail.headers).toMatchObject({
      to: ['alice@example.org'],
      from: ['Sender <sender@example.org>'],
      'auto-submitted': ['auto-generated'],
      'message-id': ['<msg_0001@example.org>'],
      'x-rcptto': ['alice@example.org'],
      'x-mailfrom': ['sender@example.org'],
    });
    expect(mail.headers).not.toHaveProperty('x-mailer');
  });

  it('has the code neither in the subject nor in any other header (EML-11)', async () => {
    const [raw = ''] = await arriving(() => mailTo(server.port).deliver(codeMail, about));
    const mail = await parseMail(raw);
    expect(mail.headers['subject']).toEqual(['Your code for Example']);
    expect(JSON.stringify(mail.headers)).not.toContain('04217');
  });

  it('keeps letters of every script in subject, sender and body', async () => {
    const message: OutgoingMessage = {
      ...codeMail,
      override: {
        from: 'Zürich Ελλάδα 認証 <absender@münchen.example>',
        subject: 'Ihr Code für „Prüfung“ – 二要素認証 🔑 und noch viel mehr Text, damit die Zeile gefaltet werden muß',
        text: 'Grüße, {user}!\n.\n{code} 🔑\n',
        html: '<p>Grüße, {user} – {code}</p>',
      },
      values: { code: '04217', user: 'Ωμέγα <ß>' },
    };
    const [raw = ''] = await arriving(() => mailTo(server.port).deliver(message, about));
    expect(/^[\0-\x7f]*$/.test(raw)).toBe(true);
    const mail = await parseMail(raw);
    expect(mail.headers['subject']).toEqual([message.override!.subject]);
    expect(mail.headers['from']).toEqual(['Zürich Ελλάδα 認証 <absender@xn--mnchen-3ya.example>']);
    expect(mail.headers['x-mailfrom']).toEqual(['absender@xn--mnchen-3ya.example']);
    expect(mail.headers['message-id']).toEqual(['<msg_0001@xn--mnchen-3ya.example>']);
    expect(mail.parts[0]!.content).toBe('Grüße, Ωμέγα <ß>!\n.\n04217 🔑\n');
    expect(mail.parts[1]!.content.trim()).toBe('<p>Grüße, Ωμέγα &lt;ß&gt; – 04217</p>');
  });

  it.each<[string, Partial<OutgoingMessage>]>([
    ['a line break in the recipient', { to: 'alice@example.org\r\nBcc: mallory@evil.example' }],
    ['a bare line feed in the recipient', { to: 'alice@example.org\n.\nRCPT TO:<mallory@evil.example>' }],
    ['NUL in the recipient', { to: 'alice\0@example.org' }],
    ['two recipients', { to: 'alice@example.org,mallory@evil.example' }],
    ['a quoted local part', { to: '"mallory@evil.example x"@example.org' }],
    ['two at signs', { to: 'a@b@example.org' }],
    ['a display name', { to: 'Alice <alice@example.org>' }],
    ['a line break in the subject', { override: { subject: 'Code\r\nBcc: mallory@evil.example' } }],
    ['NUL in the subject', { override: { subject: 'Code\0' } }],
    [
      'a line break in a value of the subject',
      { override: { subject: 'For {user}' }, values: { ...codeMail.values, user: 'x\nBcc: mallory@evil.example' } },
    ],
    ['a line break in the sender', { override: { from: 'A\r\nBcc: mallory@evil.example <a@example.org>' } }],
    ['a line break in the address of the sender', { override: { from: 'A <a@example.org\r\nBcc: m@evil.example>' } }],
    ['NUL in the sender', { override: { from: 'A\0 <a@example.org>' } }],
    ['a line separator in the sender', { override: { from: 'A\u2028B <a@example.org>' } }],
    ['two senders', { override: { from: 'a@example.org, b@example.org' } }],
  ])('%s is refused and nothing is sent (EML-07)', async (_, change) => {
    const peer = await scripted(accepting);
    const { error, logged } = await failureOf(mailTo(peer.port).deliver({ ...codeMail, ...change }, about));
    expect(error.code).toBe('delivery_failed');
    expect(logged).not.toContain('04217');
    expect(peer.commands).toEqual([]);
  });

  it('refuses an id that is not fit for a header (EML-07)', async () => {
    const peer = await scripted(accepting);
    const { error } = await failureOf(
      mailTo(peer.port).deliver(codeMail, { ...about, id: 'x>\r\nBcc: m@evil.example' }),
    );
    expect(error.code).toBe('delivery_failed');
    expect(peer.commands).toEqual([]);
  });

  it('has one recipient and no header of an attacker, whatever the names are (EML-07, EML-08)', async () => {
    const names = [
      'x\r\nBcc: mallory@evil.example\r\n\r\nhello',
      '\n.\n',
      '%0d%0aBcc: m@evil.example',
      'a\u2028b',
      'n'.repeat(10_000),
    ];
    const peer = await scripted(accepting);
    const delivery = mailTo(peer.port);
    for (const name of names) {
      await delivery.deliver(
        { ...codeMail, values: { ...codeMail.values, user: name } },
        { ...about, tenantName: name },
      );
    }
    expect(peer.received).toHaveLength(names.length);
    expect(peer.commands.filter((line) => line.startsWith('RCPT'))).toEqual(
      names.map(() => 'RCPT TO:<alice@example.org>'),
    );
    for (const raw of peer.received) {
      expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
      expect(raw.slice(0, raw.indexOf('\r\n\r\n'))).not.toMatch(/^Bcc:/im);
      const mail = await parseMail(raw);
      expect(mail.headers).not.toHaveProperty('bcc');
      expect(mail.headers['to']).toEqual(['alice@example.org']);
      expect(mail.parts[0]!.content.split('\r\n')).toContain('04217');
    }
  });

  it('uses its connections again', async () => {
    const peer = await scripted(accepting);
    const delivery = mailTo(peer.port);
    for (let count = 0; count < 3; count++) await delivery.deliver(codeMail, about);
    expect(peer.received).toHaveLength(3);
    expect(peer.commands.filter((line) => line.startsWith('EHLO'))).toHaveLength(1);
  });

  it('sends over a new connection when the server has closed the kept one', async () => {
    let closeNext = false;
    const peer = await scripted((step, line) => {
      if (step === 'MAIL' && closeNext) {
        closeNext = false;
        return 'hang-up';
      }
      return accepting(step, line);
    });
    const delivery = mailTo(peer.port);
    await delivery.deliver(codeMail, about);
    closeNext = true;
    await delivery.deliver(codeMail, about);
    expect(peer.received).toHaveLength(2);
  });

  it('delivers nothing after it was closed', async () => {
    const delivery = mailTo(server.port);
    const arrived = await arriving(async () => {
      const underWay = delivery.deliver(codeMail, about);
      await delivery.close();
      await underWay;
      expect((await failureOf(delivery.deliver(codeMail, about))).error.detail).toContain('closed');
    });
    expect(arrived).toHaveLength(1);
  });
});

describe('TLS (OUT-06)', () => {
  let certificate: Certificate;
  let tlsServer: SmtpServer;
  beforeAll(async () => {
    certificate = await generateCertificate();
    tlsServer = await startSmtpServer({ tls: certificate });
  });
  afterAll(() => tlsServer.close());

  it('is used with a trusted certificate', async () => {
    const before = (await tlsServer.messages()).length;
    await mailTo(tlsServer.port, { startTls: 'required', ca: certificate.cert }).deliver(codeMail, about);
    expect(await tlsServer.messages()).toHaveLength(before + 1);
  });

  it('fails when the certificate is not trusted, and nothing arrives', async () => {
    const before = (await tlsServer.messages()).length;
    const { error } = await failureOf(mailTo(tlsServer.port, { startTls: 'required' }).deliver(codeMail, about));
    expect(error.code).toBe('delivery_failed');
    expect(error.detail).toMatch(/certificate/);
    expect(await tlsServer.messages()).toHaveLength(before);
  });

  it('fails when the certificate is for another name', async () => {
    const other = await generateCertificate('mail.example.org');
    const server = await startSmtpServer({ tls: other });
    open.push(server);
    const delivery = mailTo(server.port, { startTls: 'required', ca: other.cert });
    expect((await failureOf(delivery.deliver(codeMail, about))).error.code).toBe('delivery_failed');
    expect(await server.messages()).toEqual([]);
  });

  it('can be there from the first byte, and then the certificate counts whatever is said about STARTTLS', async () => {
    const peer = await startScriptedSmtpServer(accepting, certificate);
    open.push(peer);
    await mailTo(peer.port, { secure: true, ca: certificate.cert }).deliver(codeMail, about);
    expect(peer.received).toHaveLength(1);
    const trusting = mailTo(peer.port, { secure: true, startTls: 'opportunistic' });
    expect((await failureOf(trusting.deliver(codeMail, about))).error.detail).toMatch(/certificate/);
    expect(peer.received).toHaveLength(1);
  });

  it('fails against a server without it where it is required, before sender or recipient are told', async () => {
    const peer = await scripted((step, line) => (step === 'STARTTLS' ? '502 what?' : accepting(step, line)));
    const { error } = await failureOf(mailTo(peer.port, { startTls: 'required' }).deliver(codeMail, about));
    expect(error.code).toBe('delivery_failed');
    expect(error.detail).toContain('STARTTLS');
    expect(peer.commands.map((line) => line.split(' ')[0])).not.toContain('MAIL');
  });

  it('is required by default, unless the server is this machine', async () => {
    const plain = await scripted((step, line) => (step === 'STARTTLS' ? '502 what?' : accepting(step, line)));
    await mailTo(plain.port).deliver(codeMail, about);
    expect(plain.received).toHaveLength(1);
    // Reaches the same server by an address that does not say so.
    const { error } = await failureOf(mailTo(plain.port, { host: '0.0.0.0' }).deliver(codeMail, about));
    expect(error.detail).toContain('STARTTLS');
    expect(plain.received).toHaveLength(1);
  });

  it('is taken where it is offered, whoever offers it, where it is opportunistic', async () => {
    const before = (await tlsServer.messages()).length;
    await mailTo(tlsServer.port, { startTls: 'opportunistic' }).deliver(codeMail, about);
    // This server takes nothing in the clear.
    expect(await tlsServer.messages()).toHaveLength(before + 1);
    const { error } = await failureOf(mailTo(tlsServer.port, { startTls: 'never' }).deliver(codeMail, about));
    expect(error.detail).toContain('STARTTLS');
  });
});

describe('a failure of the mail server is delivery_failed within the bound, without the code (OSS-46, EML-11)', () => {
  it('when it is down', async () => {
    const peer = await startScriptedSmtpServer(accepting);
    await peer.close();
    const { error, logged } = await failureOf(mailTo(peer.port).deliver(codeMail, about));
    expect(error.code).toBe('delivery_failed');
    expect(error.detail).toContain('ECONNREFUSED');
    expect(logged).not.toContain('04217');
  });

  it('when its name is unknown', async () => {
    const { error } = await failureOf(mailTo(25, { host: 'mail.invalid' }).deliver(codeMail, about));
    expect(error.code).toBe('delivery_failed');
  });

  it('when it refuses the recipient', async () => {
    const peer = await scripted((step, line) => (step === 'RCPT' ? '550 5.1.1 No such user' : accepting(step, line)));
    const { error } = await failureOf(mailTo(peer.port).deliver(codeMail, about));
    expect(error.code).toBe('delivery_failed');
    expect(error.detail).toContain('550 5.1.1 No such user');
    expect(peer.received).toEqual([]);
  });

  it('when it quotes the message that it refuses', async () => {
    const peer = await scripted((step, line) =>
      step === 'message' ? `554 5.7.1 Spam: ${/04217/.exec(line)?.[0]} in your text` : accepting(step, line),
    );
    const { error, logged } = await failureOf(mailTo(peer.port).deliver(codeMail, about));
    expect(peer.received[0]).toContain('04217');
    expect(error.detail).toContain('554');
    expect(logged).not.toContain('04217');
  });

  it('when it hangs up with the message in its reply', async () => {
    const peer = await scripted((step, line) =>
      step === 'message' ? '421-04217 is spam\r\n421 bye' : accepting(step, line),
    );
    const { error, logged } = await failureOf(mailTo(peer.port).deliver(codeMail, about));
    expect(error.code).toBe('delivery_failed');
    expect(logged).not.toContain('04217');
  });

  it('when it does not accept the password, which is not told either', async () => {
    const peer = await scripted((step, line) => {
      if (step === 'EHLO') return '250-mail.example.org\r\n250 AUTH PLAIN';
      return step === 'AUTH' ? `535 5.7.8 ${line}` : accepting(step, line);
    });
    const password = 'correct horse';
    const { error, logged } = await failureOf(mailTo(peer.port, { user: 'u', password }).deliver(codeMail, about));
    expect(error.detail).toContain('535');
    expect(logged).not.toContain(password);
    expect(logged).not.toContain(Buffer.from(`\0u\0${password}`).toString('base64'));
  });

  it('when it offers no log-in although there is a password', async () => {
    const peer = await scripted((step, line) => (step === 'AUTH' ? '503 5.5.1 not here' : accepting(step, line)));
    const { error } = await failureOf(mailTo(peer.port, { user: 'u', password: 'p' }).deliver(codeMail, about));
    expect(error.code).toBe('delivery_failed');
    expect(peer.received).toEqual([]);
  });

  it.each(['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'message'])('when it is silent after %s', async (silent) => {
    const peer = await scripted((step, line) => (step === silent ? 'silence' : accepting(step, line)));
    const { error } = await failureOf(mailTo(peer.port, { timeoutMs: 300 }).deliver(codeMail, about));
    expect(error.code).toBe('delivery_failed');
    expect(error.detail).toContain('300 ms');
  });

  it('when it answers drop by drop, so that no single wait is long', async () => {
    const server = createServer((socket) => {
      const drip = setInterval(() => socket.write('220-patience\r\n'), 20);
      socket.on('error', () => socket.destroy()).on('close', () => clearInterval(drip));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.push({ close: async () => void server.close() });
    const { port } = server.address() as AddressInfo;
    const { error } = await failureOf(mailTo(port, { timeoutMs: 300 }).deliver(codeMail, about));
    expect(error.detail).toContain('300 ms');
  });

  it('when it breaks the connection off in the middle', async () => {
    const peer = await scripted((step, line) => (step === 'message' ? 'hang-up' : accepting(step, line)));
    const { error } = await failureOf(mailTo(peer.port).deliver(codeMail, about));
    expect(error.code).toBe('delivery_failed');
    // Whether it was taken over is unknown: sending it again could make two mails of one.
    expect(peer.received).toHaveLength(1);
  });
});

describe('the options of SMTP', () => {
  it('are refused all at once, each by its name', () => {
    let refusal: unknown;
    try {
      smtpDelivery({ host: 'a b', port: 0, from: 'nobody', user: 'u', timeoutMs: 0 });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code: 'misconfigured' });
    expect((refusal as CountersignError).issues.map((issue) => issue.path)).toEqual(
      ['host', 'port', 'timeoutMs', 'password', 'from'].map((option) => `delivery.mail.${option}`),
    );
  });

  it('never let a password go out in the clear', () => {
    const options = { host: 'mail.example.org', port: 25, from: 'a@example.org', user: 'u', password: 'secret-1' };
    for (const startTls of ['opportunistic', 'never'] as const) {
      expect(() => smtpDelivery({ ...options, startTls })).toThrow(
        expect.objectContaining({ code: 'misconfigured', detail: expect.not.stringContaining('secret-1') }),
      );
    }
  });
});
