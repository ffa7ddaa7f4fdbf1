import { startServer } from './servers.fixture.ts';

/**
 * With COUNTERSIGN_TEST_DATABASE=postgres or mariadb the suite runs on such a server: it is started once, and every test engine and
 * test store makes a database of its own on it.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  const name = process.env['COUNTERSIGN_TEST_DATABASE'];
  if (name === undefined || name === 'sqlite') return undefined;
  if (name !== 'postgres' && name !== 'mariadb')
    throw new Error('COUNTERSIGN_TEST_DATABASE is sqlite, postgres or mariadb');
  const server = await startServer[name]();
  process.env['COUNTERSIGN_TEST_DATABASE_URL'] = server.url;
  return () => server.stop();
}
