import { readFileSync } from 'node:fs';
import type { PoolOptions } from 'mysql2/promise';
import { CountersignError } from '../../../core/errors.ts';
import { parseServerUrl } from '../database-url.ts';
import { takePoolSize } from '../pool-size.ts';

const sslModes = ['DISABLED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'];

function refuse(detail: string): never {
  throw new CountersignError('misconfigured', { detail });
}

/** TLS by the parameters that MySQL's own programs know: `ssl-mode` and `ssl-ca`. */
function readTls(url: URL): PoolOptions['ssl'] {
  const mode = url.searchParams.get('ssl-mode') ?? 'DISABLED';
  const ca = url.searchParams.get('ssl-ca');
  if (!sslModes.includes(mode)) refuse(`ssl-mode in the database URL must be one of ${sslModes.join(', ')}`);
  if (mode === 'DISABLED') return ca === null ? undefined : refuse('ssl-ca in the database URL needs an ssl-mode');
  try {
    return {
      rejectUnauthorized: mode !== 'REQUIRED',
      verifyIdentity: mode === 'VERIFY_IDENTITY',
      ...(ca === null ? {} : { ca: readFileSync(ca, 'utf8') }),
    };
  } catch (cause) {
    throw new CountersignError('misconfigured', {
      detail: 'the file of ssl-ca in the database URL cannot be read',
      cause,
    });
  }
}

/** What the driver is to be told, of `mysql://user:password@host:port/database?ssl-mode=…&ssl-ca=…&socket=…&connections=…`. */
export function readConnectionOptions(text: string): PoolOptions {
  const url = parseServerUrl(text);
  const connectionLimit = takePoolSize(url);
  const socketPath = url.searchParams.get('socket');
  const ssl = readTls(url);
  for (const name of url.searchParams.keys()) {
    if (!['ssl-mode', 'ssl-ca', 'socket', 'charset'].includes(name))
      refuse(`the database URL has a parameter ${name} that is not known`);
  }
  return {
    connectionLimit,
    ...(socketPath === null
      ? { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 3306) }
      : { socketPath }),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(ssl === undefined ? {} : { ssl }),
    charset: 'UTF8MB4_BIN',
    connectTimeout: 5000,
    enableKeepAlive: true,
    stringifyObjects: true,
    // An update counts the rows that it changed, so that an insert beside a row of the same key counts none.
    flags: ['-FOUND_ROWS'],
    // What a connection was told at its start holds for all its life.
    resetOnRelease: false,
  };
}
