import { z } from 'zod';
import { isNetwork } from '../../core/network.ts';
import { adjureSettings } from '../../doors/adjure/index.ts';
import { parseHostPort } from './host-port.ts';
import { yubicoSchema } from './yubico-schema.ts';
import { smsGateway } from './sms-schema.ts';

const hostPort = z
  .string()
  .refine((text) => parseHostPort(text) !== undefined, 'must be host:port, e.g. 127.0.0.1:8300 or [::1]:8300');
const path = z.string().min(1, 'must be the name of a file or folder').max(4096);
const network = z.string().refine(isNetwork, 'must be an address or a network in CIDR notation, e.g. 192.0.2.0/24');
const httpUrl = z
  .string()
  .refine(
    isHttpUrl,
    'must be an http:// or https:// URL without user, query or fragment, e.g. https://2fa.example.org',
  );
const milliseconds = (low: number, high: number, fallback: number) => z.int().min(low).max(high).default(fallback);

/** Settings of the Adjure door without their defaults: what is left out stays as the integration has it. */
const adjureOverrides = z.strictObject(
  Object.fromEntries(
    Object.entries(adjureSettings.shape).map(([name, field]) => {
      const bare = (field as z.ZodDefault).unwrap() as z.ZodType;
      return [name, bare.optional().describe(field.description ?? '')];
    }),
  ),
);

/** Every option of the server, with its default. What a person writes in YAML; the published JSON Schema is made of it. */
export const configSchema = z.strictObject({
  dataDir: path
    .default('./data')
    .describe('Folder of everything the server keeps: database, keys, certificate, inbox.'),
  listen: hostPort
    .default('127.0.0.1:8300')
    .describe('Address and port of the listener that serves every HTTP door. Beyond loopback it speaks TLS.'),
  publicUrl: httpUrl
    .optional()
    .describe('How others reach this server, for links and printed commands. Left out: taken from `listen`.'),
  trustedProxies: z
    .array(network)
    .default([])
    .describe(
      'Networks of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. Nobody else is. What comes from one on this machine never counts as this machine.',
    ),
  database: z
    .strictObject({
      url: z
        .string()
        .min(1)
        .optional()
        .describe(
          'Left out: `sqlite:` and the file countersign.db in `dataDir`. A server by `postgres://user:password@host:port/database` (needs the package `pg`) or `mariadb://…`, `mysql://…` (needs `mysql2`); `?connections=10` is how many connections a process opens at most, TLS is `?sslmode=…` of PostgreSQL, `?ssl-mode=…&ssl-ca=…` of MariaDB.',
        ),
      urlFile: path.optional().describe('File that holds the URL, when it contains a password.'),
    })
    .prefault({})
    .describe('The database.'),
  keys: z
    .strictObject({
      file: path
        .optional()
        .describe('Left out: keys.json in `dataDir`. COUNTERSIGN_KEYS in the environment takes its place.'),
    })
    .prefault({})
    .describe('The keys that seal and sign. Made on the first start; a backup without them is worth nothing.'),
  tls: z
    .strictObject({
      mode: z
        .enum(['auto', 'off', 'proxy', 'files'])
        .default('auto')
        .describe(
          '`auto`: plain on loopback, elsewhere a certificate made on the first start (or `cert` and `key` when they are set). ' +
            '`files`: `cert` and `key`, everywhere. `proxy`: plain, because a proxy in front terminates TLS. `off`: plain, on loopback only.',
        ),
      cert: path.optional().describe('Certificate chain (PEM). Read again when it changes.'),
      key: path.optional().describe('Private key (PEM).'),
    })
    .prefault({})
    .describe('Transport security of the listeners; TLS 1.2 and later.'),
  mail: z
    .strictObject({
      inbox: z
        .boolean()
        .default(false)
        .describe('Keep mail and SMS in the folder `inbox` of `dataDir` instead of sending them: for development.'),
      host: z.string().min(1).optional().describe('Mail server that takes our mail over. Left out: no mail is sent.'),
      port: z.int().min(1).max(65_535).default(587).describe('Usual are 587 (STARTTLS), 465 (TLS at once) and 25.'),
      secure: z.boolean().optional().describe('TLS from the first byte. Left out: on port 465 only.'),
      startTls: z
        .enum(['required', 'opportunistic', 'never'])
        .optional()
        .describe('Left out: `required`, or `opportunistic` where the mail server is this machine.'),
      user: z.string().min(1).optional().describe('Login at the mail server.'),
      password: z.string().min(1).optional().describe('Its password; better in a file.'),
      passwordFile: path.optional().describe('File that holds the password.'),
      from: z
        .string()
        .default('Countersign <countersign@localhost>')
        .describe('Sender where an integration sets no other: `address` or `Name <address>`.'),
      timeoutMs: milliseconds(1, 600_000, 10_000).describe('How long one delivery may take altogether.'),
      caFile: path.optional().describe('Certificate authorities to trust in place of the usual ones (PEM).'),
    })
    .prefault({})
    .describe('How mail leaves.'),
  sms: z
    .strictObject({
      gateways: z
        .array(smsGateway)
        .max(10)
        .default([])
        .describe(
          'Gateways in the order in which they are asked, each with its `type`: `http`, `twilio`, `vonage`, `messagebird`, `bird`, `sns` or `smpp`; see [SMS](sms.md). Left out: no SMS is sent, unless the inbox takes it.',
        ),
      timeoutMs: milliseconds(1, 600_000, 10_000).describe('How long one gateway may take for a message.'),
    })
    .prefault({})
    .describe('How SMS leave.'),
  webPush: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe(
          'Wake browsers that approve sign-ins over the push services of their makers. Without it their page must be open.',
        ),
      subject: z
        .string()
        .regex(/^(?:mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, 'must be mailto: and an address, or an https:// URL')
        .optional()
        .describe('How the operator of a push service reaches you. Left out: `publicUrl` where it is https.'),
    })
    .prefault({})
    .describe('Web Push (RFC 8030). Its key is made of the keys of this installation.'),
  outbound: z
    .strictObject({
      allowedNetworks: z
        .array(network)
        .default([])
        .describe(
          'Networks besides the Internet that webhooks, SMS gateways and other servers may be in, at any port and also without TLS. ' +
            'Everything else goes over TLS to public addresses only, whatever a URL or a name says.',
        ),
      allowedPorts: z
        .array(z.int().min(1).max(65_535))
        .default([443])
        .describe('Ports of public addresses that may be reached.'),
      caFile: path.optional().describe('Certificate authorities to trust in place of the usual ones (PEM).'),
    })
    .prefault({})
    .describe('What this server may reach over HTTP.'),
  yubico: yubicoSchema.prefault({}).describe('Validation servers for YubiKeys (Validation Protocol 2.0).'),
  kinds: z
    .record(z.string(), z.record(z.string(), z.json()))
    .default({})
    .describe('Configuration of device kinds for all integrations, by kind name, e.g. `totp: {back: 2}`.'),
  doors: z
    .strictObject({
      rest: z
        .strictObject({ enabled: z.boolean().default(true).describe('Serve `/v1`.') })
        .prefault({})
        .describe('The native API.'),
      oss2fa: z
        .strictObject({
          enabled: z
            .boolean()
            .default(true)
            .describe('Serve `/integrations`, `/integration`, `/tenants`, `/devices-kind`.'),
          openKindList: z.boolean().default(false).describe('Let anybody read `/devices-kind`.'),
          openTenants: z.boolean().default(false).describe('Let anybody create tenants.'),
          corsAllowAll: z
            .boolean()
            .default(true)
            .describe('Let pages of any origin read the answers. No cookie is used.'),
        })
        .prefault({})
        .describe('The API of OSS2FA, in both of its dialects.'),
      adjure: z
        .strictObject({
          enabled: z.boolean().default(true).describe('Serve `/user` and `/healthcheck`.'),
          listen: hostPort.optional().describe('A second listener for this door alone, e.g. 127.0.0.1:5000.'),
          plain: z
            .boolean()
            .default(false)
            .describe(
              'The second listener stays plain beyond loopback. Only inside a private network, such as that of a container ' +
                'whose port is published on loopback.',
            ),
          integration: z
            .string()
            .min(1)
            .optional()
            .describe(
              'Id of the integration that speaks for callers without a token. Left out: the one of the first start.',
            ),
          configFile: path.optional().describe('Configuration file of Adjure, for the defaults of the door.'),
          settings: adjureOverrides
            .prefault({})
            .describe('Settings for callers without a token, in place of what that integration has.'),
        })
        .prefault({})
        .describe('The API of Adjure. Closed unless an integration opens it.'),
      wsapi: z
        .strictObject({ enabled: z.boolean().default(true).describe('Serve `/wsapi`.') })
        .prefault({})
        .describe('The validation service for YubiKeys, as YubiCloud has it.'),
      portal: z
        .strictObject({ enabled: z.boolean().default(true).describe('Serve `/portal`.') })
        .prefault({})
        .describe('The hosted pages, on which people add devices and answer challenges.'),
    })
    .prefault({})
    .describe('The protocols that are served. An integration answers only at the doors it lists.'),
  limits: z
    .strictObject({
      bodyBytes: z.int().min(1024).max(65_536).default(65_536).describe('Largest body of a request.'),
      headerBytes: z.int().min(4096).max(262_144).default(16_384).describe('All header fields of a request together.'),
      headersTimeoutMs: milliseconds(100, 600_000, 10_000).describe('Until the header of a request has arrived.'),
      requestTimeoutMs: milliseconds(100, 600_000, 30_000).describe('Until the whole request has arrived.'),
      keepAliveTimeoutMs: milliseconds(1, 600_000, 65_000).describe('Until an idle connection is closed.'),
      maxConnections: z.int().min(1).max(1_000_000).default(10_000).describe('Connections at a time, per listener.'),
      shutdownMs: milliseconds(0, 600_000, 10_000).describe('How long a stop waits for what was accepted.'),
    })
    .prefault({})
    .describe('What a caller may use up.'),
  log: z
    .strictObject({
      level: z
        .enum(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info')
        .describe('Requests are told at `info`.'),
      format: z.enum(['json', 'pretty']).default('json').describe('One JSON object per line, or lines for people.'),
    })
    .prefault({})
    .describe('The log on standard output. It never holds a secret, a code, a query or a body.'),
  metrics: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe('Serve `/metrics` for Prometheus. Without `listen` and token: to this machine only.'),
      listen: hostPort.optional().describe('A listener for the metrics alone; then the main one does not show them.'),
      token: z
        .string()
        .min(16, 'must have at least 16 characters')
        .optional()
        .describe('Bearer token that a scraper presents; better in a file.'),
      tokenFile: path.optional().describe('File that holds the token.'),
    })
    .prefault({})
    .describe('Numbers for monitoring.'),
  audit: z
    .strictObject({
      signHeadsSeconds: z
        .int()
        .min(1)
        .max(86_400)
        .default(60)
        .describe(
          'How often the heads of the audit chains are signed, and appended to audit-heads.jsonl in `dataDir`.',
        ),
    })
    .prefault({})
    .describe('The audit trail.'),
});

/** What a person writes: everything optional. */
export type ConfigOptions = z.input<typeof configSchema>;
/** What was written, defaults filled in; files not read yet. */
export type ParsedConfig = z.output<typeof configSchema>;

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const bare = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return bare && (url.protocol === 'https:' || url.protocol === 'http:');
}
