import { isIP } from 'node:net';
import { z } from 'zod';
import { validate } from '../../http/validate.ts';
import { parseBody } from './parse-body.ts';

/** What is said when a value is missing, null, or something else. */
const complain = (otherwise: string) => (issue: { input?: unknown }) =>
  issue.input === undefined
    ? 'This field is required.'
    : issue.input === null
      ? 'This field may not be null.'
      : otherwise;

/** Numbers are taken as text, unless writing them down again could give another number than was sent. */
function numberAsText(value: unknown): unknown {
  if (typeof value !== 'number' || (Number.isInteger(value) && !Number.isSafeInteger(value))) return value;
  return String(value);
}

/** Text without the blanks around it; not empty, and nothing that a database or a mail would choke on. */
export function text(max = Infinity) {
  return z.preprocess(
    numberAsText,
    z
      .string({ error: complain('Not a valid string.') })
      .trim()
      .min(1, 'This field may not be blank.')
      .refine((value) => Array.from(value).length <= max, `Ensure this field has no more than ${max} characters.`)
      .refine((value) => value.isWellFormed() && !value.includes('\0'), 'Not a valid string.'),
  );
}

/** A whole number, also written as text. */
export function integer() {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : value),
    z.int({ error: complain('A valid integer is required.') }),
  );
}

/** An object with these fields. Others are ignored. */
export function fields<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape, { error: complain('Invalid data. Expected a dictionary.') });
}

/** Where a request of the user comes from. */
export const bindingContext = fields({
  client_ip_address: text()
    .refine((address) => isIP(address) !== 0, 'Enter a valid IPv4 or IPv6 address.')
    .optional(),
  client_browser_fingerprint: text().optional(),
  trusted_device_token: text().optional(),
}).transform(({ client_ip_address: ip, client_browser_fingerprint, trusted_device_token }) => ({
  ...(ip === undefined ? {} : { ip }),
  ...(client_browser_fingerprint === undefined ? {} : { browserFingerprint: client_browser_fingerprint }),
  ...(trusted_device_token === undefined ? {} : { trustedDeviceToken: trusted_device_token }),
}));

/** A user's name: at most 64 characters. */
export const username = () => text(64);

/**
 * Reads the body and its fields.
 *
 * @throws CountersignError `invalid_parameters` with an issue for every field, and what {@link parseBody} throws
 */
export async function readFields<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<z.output<Schema>> {
  return validate(schema, await parseBody(request));
}
