import { z } from 'zod';

const text = (max = 1000) => z.string().min(1, 'must not be empty').max(max);
const path = z.string().min(1, 'must be the name of a file or folder').max(4096);
const address = z
  .string()
  .regex(/^https?:\/\/[^\s{}]*[^\s{}/]$/, 'must be an http:// or https:// URL without a slash at its end')
  .optional();
const secret = (what: string) => text().optional().describe(`${what}; better in a file.`);
const secretFile = path.optional().describe('File that holds it.');

const every = {
  name: z
    .string()
    .regex(/^[A-Za-z0-9_. -]{1,40}$/, 'must be letters, digits, dots, blanks and hyphens')
    .optional()
    .describe('Name in the log. Left out: the type.'),
  timeoutMs: z.int().min(1).max(600_000).optional().describe('Left out: `sms.timeoutMs`.'),
};

const http = z.strictObject({
  type: z.literal('http'),
  ...every,
  method: z.enum(['GET', 'POST']).default('POST'),
  url: text(4096).describe('With `{to}`, `{text}` and others behind the host; what is filled in is percent-encoded.'),
  headers: z.record(z.string(), z.string()).default({}).describe('With the same.'),
  body: text(16_384).optional().describe('With the same, escaped as `contentType` demands.'),
  contentType: text(200)
    .default('application/x-www-form-urlencoded')
    .describe('Of `body`: JSON, a form, XML or plain text.'),
  from: text(40).optional().describe('Fills `{from}`.'),
  secret: secret('Fills `{secret}`'),
  secretFile,
  user: text().optional().describe('Login for `Authorization: Basic`.'),
  password: secret('Its password'),
  passwordFile: secretFile,
  successPattern: text().optional().describe('Regular expression: an answer with a message that was taken.'),
  refusalPattern: text().optional().describe('The same of one that certainly was not.'),
});

const twilio = z.strictObject({
  type: z.literal('twilio'),
  ...every,
  accountSid: text(),
  authToken: secret('Token of the account, or secret of `keySid`'),
  authTokenFile: secretFile,
  keySid: text().optional().describe('API key in place of the token of the account.'),
  from: text(40).optional().describe('Number or alphanumeric sender.'),
  messagingServiceSid: text().optional().describe('In place of `from`.'),
  url: address,
});

const vonage = z.strictObject({
  type: z.literal('vonage'),
  ...every,
  apiKey: text(),
  apiSecret: secret('Secret of the key'),
  apiSecretFile: secretFile,
  from: text(40),
  url: address,
});

const messagebird = z.strictObject({
  type: z.literal('messagebird'),
  ...every,
  accessKey: secret('Access key'),
  accessKeyFile: secretFile,
  from: text(40),
  url: address,
});

const bird = z.strictObject({
  type: z.literal('bird'),
  ...every,
  accessKey: secret('Access key'),
  accessKeyFile: secretFile,
  workspaceId: text(),
  channelId: text().describe('An SMS channel: it has the sender.'),
  url: address,
});

const sns = z.strictObject({
  type: z.literal('sns'),
  ...every,
  region: z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be a region like eu-central-1'),
  accessKeyId: text(),
  secretAccessKey: secret('Secret of the key'),
  secretAccessKeyFile: secretFile,
  from: text(40).optional().describe('Sender, where the country lets one choose.'),
  url: address,
});

const smpp = z.strictObject({
  type: z.literal('smpp'),
  ...every,
  host: z.string().regex(/^[\p{L}\p{N}._:-]+$/u, 'must be the name or the address of the message centre'),
  port: z.int().min(1).max(65_535).default(2775),
  tls: z.boolean().default(true).describe('TLS from the first octet.'),
  caFile: path.optional().describe('Certificate authorities to trust in place of the usual ones (PEM).'),
  systemId: text(15),
  password: secret('Its password'),
  passwordFile: secretFile,
  systemType: z.string().max(12).default(''),
  from: text(20),
  longMessages: z
    .enum(['udh', 'payload'])
    .default('udh')
    .describe('`udh`: a long text goes in numbered parts. `payload`: whole, in `message_payload`.'),
  enquireLinkMs: z.int().min(1000).max(600_000).default(30_000).describe('How long the line may be silent.'),
});

/** One SMS gateway as a person writes it. */
export const smsGateway = z.discriminatedUnion('type', [http, twilio, vonage, messagebird, bird, sns, smpp]);

export type ParsedGateway = z.output<typeof smsGateway>;
export type ParsedGatewayOf<Type extends ParsedGateway['type']> = Extract<ParsedGateway, { type: Type }>;
