import { createHash, createHmac } from 'node:crypto';
import { invalidParameter } from '../core/errors.ts';
import { checkInteger } from './algorithm.ts';
import { truncate } from './code-generator.ts';
import { type OcraSuite, parseOcraSuite } from './ocra-suite.ts';
import { totpStep } from './totp.ts';

export interface OcraOptions {
  suite: string;
  /** The shared key as raw bytes. */
  secret: Uint8Array;
  /** The challenge as it is shown. For mutual authentication the two challenges, one after the other (RFC 6287 §7.2). */
  question: string;
  /** Given exactly if the suite has `C`. */
  counter?: number | bigint | undefined;
  /** The PIN itself, given exactly if the suite has `P`. */
  pin?: string | undefined;
  /** Given exactly if the suite has `S`; shorter ones are filled with zeros from the left, as in RFC 6287 Appendix A. */
  session?: Uint8Array | undefined;
  /** Milliseconds since the Unix epoch, given exactly if the suite has `T`. */
  time?: number | undefined;
}

/**
 * The response of the OATH challenge-response algorithm (RFC 6287 §5).
 *
 * @throws CountersignError `invalid_parameters` for a suite that is not supported, an input that the suite asks for and
 *   does not get, or that it gets and does not ask for
 */
export function ocra(options: OcraOptions): string {
  const suite = parseOcraSuite(options.suite);
  if (options.secret.length === 0) throw invalidParameter('secret', 'is empty');
  checkPresence('counter', suite.counter, options.counter);
  checkPresence('pin', suite.pin !== undefined, options.pin);
  checkPresence('session', suite.session !== undefined, options.session);
  checkPresence('time', suite.period !== undefined, options.time);

  // DataInput = {OCRASuite | 00 | C | Q | P | S | T}
  const mac = createHmac(suite.algorithm, options.secret).update(suite.text, 'latin1').update('\0');
  if (options.counter !== undefined) mac.update(encodeCounter(options.counter));
  mac.update(encodeQuestion(suite, options.question));
  if (suite.pin !== undefined)
    mac.update(
      createHash(suite.pin)
        .update(options.pin ?? '')
        .digest(),
    );
  if (suite.session !== undefined) mac.update(encodeSession(suite.session, options.session ?? new Uint8Array(0)));
  if (suite.period !== undefined) mac.update(encodeCounter(totpStep(options.time ?? Number.NaN, suite.period)));
  return String(truncate(mac.digest('binary')) % 10 ** suite.digits).padStart(suite.digits, '0');
}

function checkPresence(path: string, wanted: boolean, value: unknown): void {
  if (wanted && value === undefined) throw invalidParameter(path, 'is asked for by the suite');
  if (!wanted && value !== undefined) throw invalidParameter(path, 'is not part of the suite');
}

function encodeCounter(counter: number | bigint): Buffer {
  if (typeof counter === 'number') checkInteger('counter', counter, 0);
  const value = BigInt(counter);
  if (value < 0n || value >= 1n << 64n) throw invalidParameter('counter', 'must fit 64 bits, unsigned');
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

const questions = { N: /^[0-9]+$/, A: /^[0-9A-Za-z]+$/, H: /^[0-9A-Fa-f]+$/ } as const;

/** The question in 128 bytes, filled with zero nibbles from the right; a decimal one is a number in hexadecimal first. */
function encodeQuestion({ question: { format, maxLength } }: OcraSuite, question: string): Buffer {
  if (!questions[format].test(question))
    throw invalidParameter('question', 'holds a character the suite does not allow');
  if (question.length > 2 * maxLength) throw invalidParameter('question', 'is longer than two questions of the suite');
  const hex = {
    N: () => BigInt(question).toString(16),
    A: () => Buffer.from(question).toString('hex'),
    H: () => question,
  };
  return Buffer.from(hex[format]().padEnd(256, '0'), 'hex');
}

function encodeSession(length: number, session: Uint8Array): Buffer {
  if (session.length > length) throw invalidParameter('session', `is longer than ${length} bytes`);
  return Buffer.concat([Buffer.alloc(length - session.length), session]);
}
