import { type DestinationStream, pino } from 'pino';
import { CountersignError } from '../core/errors.ts';
import type { Config } from './config/config.ts';
import { lineWriter } from './line-writer.ts';
import { prettyLine } from './pretty-line.ts';

/** What a line says besides its message. Never a secret, a code, a query string or a body. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined | readonly string[]>>;

/** Where the server tells what it does. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** Every request: its fields are numbers and words of ours, so nothing has to be looked for in them. */
  request(level: 'debug' | 'info', fields: RequestFields): void;
  /** Writes what is still held back. */
  flush(): void;
}

/** What is told of a request. */
export interface RequestFields {
  door: string;
  method: string;
  status: number;
  ms: number;
  bytes: number;
}

/** Nobody should write these; whoever does is not heard. */
const secretFields = [
  'password',
  'passwd',
  'secret',
  'secretKey',
  'token',
  'code',
  'otp',
  'answer',
  'pin',
  'otpauth',
  'uri',
  'authorization',
  'cookie',
  'headers',
  'body',
  'query',
];

/**
 * A log on standard output, or on `destination`. Lines are written asynchronously, in the order in which they were told; an output
 * that takes none of them costs lines and nothing else.
 */
export function createLog(options: Config['log'], destination?: DestinationStream): Log {
  const output = destination ?? lineWriter(1);
  const stream: DestinationStream =
    options.format === 'pretty' ? { write: (line) => output.write(prettyLine(line)) } : output;
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const requests = pino(settings, stream);
  const logger = pino(
    {
      ...settings,
      redact: { paths: secretFields.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    stream,
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    request: (level, fields) => requests[level](fields, 'request'),
    flush: () => {
      if ('flushSync' in output && typeof output.flushSync === 'function') output.flushSync();
    },
  };
}

/** What may be told of an error: code, detail and places. A parser's message quotes what it could not read, so it is left out. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const cause = error.cause instanceof Error ? describe(error.cause) : undefined;
  if (error instanceof CountersignError) {
    return {
      error: error.code,
      ...(error.detail !== undefined && { detail: error.detail }),
      ...(cause !== undefined && { cause }),
      ...(error.code === 'internal' && { stack: placesOf(error.cause ?? error) }),
    };
  }
  return { error: describe(error), ...(cause !== undefined && { cause }), stack: placesOf(error) };
}

function describe(error: Error): string {
  return error instanceof SyntaxError ? error.name : `${error.name}: ${error.message}`;
}

function placesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .map((line) => line.trim());
}
