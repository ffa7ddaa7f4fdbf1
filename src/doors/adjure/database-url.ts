import { CountersignError } from '../../core/errors.ts';

/** `dialect[+driver]://[user[:password]@][host[:port]][/database][?options]`, parted where SQLAlchemy parts it. */
const sqlAlchemyUrl =
  /^(?<dialect>\w+)(?:\+\w+)?:\/\/(?:(?<user>[^:/]*)(?::(?<password>[^@]*))?@)?(?<host>\[[^/?]+\]|[^/:?]*)(?::(?<port>\d*))?(?:\/(?<database>[^?]*))?(?:\?(?<options>.*))?$/;

const schemes: Readonly<Record<string, 'sqlite' | 'postgresql' | 'mysql'>> = {
  sqlite: 'sqlite',
  postgresql: 'postgresql',
  postgres: 'postgresql',
  mysql: 'mysql',
  mariadb: 'mysql',
};

/**
 * The database URL of an Adjure installation (`ADJURE_DB_HOST`, the form of SQLAlchemy) in the form of ours. The Python
 * driver it may name is dropped. Of SQLite, three slashes begin a relative path and four an absolute one.
 *
 * @throws CountersignError `misconfigured`, naming the variable and never the URL, which may hold a password
 */
export function parseSqlAlchemyUrl(url: string | undefined): string {
  if (url === undefined || url.trim() === '') throw refusal('is not set');
  const parts = sqlAlchemyUrl.exec(url.trim())?.groups;
  const scheme = schemes[parts?.['dialect'] ?? ''];
  if (parts === undefined || scheme === undefined) throw refusal('is not a URL of SQLite, PostgreSQL or MySQL');

  const { user, password, host = '', port, database = '', options } = parts;
  if (scheme === 'sqlite') {
    if (host !== '') throw refusal('has too few slashes: three begin a relative path, four an absolute one');
    // Options of an SQLite URL are for Python's driver only.
    return `sqlite:${database === '' ? ':memory:' : database}`;
  }
  const login = user === undefined ? '' : `${reencode(user)}${password === undefined ? '' : `:${reencode(password)}`}@`;
  const address = `${host}${port === undefined || port === '' ? '' : `:${port}`}`;
  return `${scheme}://${login}${address}/${database}${options === undefined || options === '' ? '' : `?${options}`}`;
}

/** SQLAlchemy lets characters stand for themselves that part a URL elsewhere. */
function reencode(text: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(text));
  } catch {
    throw refusal('has a user name or password with a per cent sign that encodes nothing (write it as %25)');
  }
}

function refusal(problem: string): CountersignError {
  return new CountersignError('misconfigured', {
    detail: `ADJURE_DB_HOST ${problem}. It names the database, e.g. sqlite:////var/lib/adjure.data or postgresql://user@host/database`,
  });
}
