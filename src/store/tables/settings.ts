import { insertIfAbsent } from '../insert-if-absent.ts';
import type { Executor } from '../open-store.ts';

/** A setting of the installation, e.g. the fingerprint of its keys. */
export async function findSetting(db: Executor, name: string): Promise<string | undefined> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value;
}

/** Sets it where it is not set yet; answers what is set then. */
export async function claimSetting(db: Executor, name: string, value: string): Promise<string> {
  await insertIfAbsent(db, db.insertInto('settings').values({ name, value }), ['name']).execute();
  return (await findSetting(db, name)) ?? value;
}

export async function setSetting(db: Executor, name: string, value: string): Promise<void> {
  await db.deleteFrom('settings').where('name', '=', name).execute();
  await db.insertInto('settings').values({ name, value }).execute();
}
