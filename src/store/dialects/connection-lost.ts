/** What a closed driver says. */
export const databaseClosed = 'the database is closed';

/**
 * The connection failed, or never came about: what a statement did is not known. Of a commit it means that the transaction may be in
 * the database or not, so it is never tried again and never told as done.
 */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** The error as {@link ConnectionLost}. */
export function connectionLost(cause: unknown, during = ''): ConnectionLost {
  const reason = cause instanceof Error && cause.message !== '' ? cause.message : codeOf(cause);
  return new ConnectionLost(`${during}${reason}`, { cause });
}

/** Several addresses that all refuse make an error without a text of its own. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'the connection failed';
}
