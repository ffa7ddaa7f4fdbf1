import type { TenantId } from '../../core/ids.ts';
import type { User, UserStatus } from '../../core/model.ts';
import type { Executor } from '../open-store.ts';
import { executeForRows, rowsStatement } from '../rows-statement.ts';
import type { Schema } from '../schema.ts';
import { type StoredDevice, toDevice } from './devices.ts';

/** Who is asked for: a user of a realm, by name or by id. */
export interface UserLookup {
  tenant: TenantId;
  realm: string;
  user: string;
}

export interface UserWithDevices {
  user: User;
  /** Oldest first. */
  devices: StoredDevice[];
}

function finding(by: 'name' | 'id') {
  return rowsStatement({
    text: `find users with devices by ${by}`,
    name: 'wanted',
    columns: { place: 'integer', tenant_id: 'text', realm_id: 'text', user: 'text' },
    build: (db, wanted) =>
      db
        .selectFrom(wanted)
        .innerJoin('users', (join) =>
          join
            .onRef('users.tenant_id', '=', 'wanted.tenant_id')
            .onRef('users.realm_id', '=', 'wanted.realm_id')
            .onRef(`users.${by}`, '=', 'wanted.user'),
        )
        .leftJoin('devices', (join) =>
          join.onRef('devices.tenant_id', '=', 'users.tenant_id').onRef('devices.user_id', '=', 'users.id'),
        )
        .select([
          'wanted.place',
          'users.id as user_id',
          'users.name as user_name',
          'users.status as user_status',
          'users.created_at as user_created_at',
          'users.updated_at as user_updated_at',
          'devices.id',
          'devices.kind',
          'devices.name',
          'devices.status',
          'devices.secret',
          'devices.counters',
          'devices.version',
          'devices.readable',
          'devices.lookup',
          'devices.created_at',
          'devices.last_used_at',
        ]),
  });
}

const findingBy = { name: finding('name'), id: finding('id') };

/** The users of these names or ids with all their devices, in one statement. What is not there is undefined, at the place of its look-up. */
export async function findUsersWithDevices(
  db: Executor,
  by: 'name' | 'id',
  lookups: readonly UserLookup[],
): Promise<(UserWithDevices | undefined)[]> {
  const wanted = lookups.map(({ tenant, realm, user }, place) => ({ place, tenant_id: tenant, realm_id: realm, user }));
  const { rows } = await executeForRows(db, findingBy[by], wanted);
  const found: (UserWithDevices | undefined)[] = lookups.map(() => undefined);
  for (const row of rows) {
    const lookup = lookups[row.place];
    if (lookup === undefined) continue;
    const entry = (found[row.place] ??= {
      user: {
        id: row.user_id,
        tenantId: lookup.tenant,
        realmId: lookup.realm,
        name: row.user_name,
        status: row.user_status as UserStatus,
        createdAt: row.user_created_at,
        updatedAt: row.user_updated_at,
      },
      devices: [],
    });
    // A user without devices comes as one row of nothing.
    if (row.id === null) continue;
    // The types of the join take a device for something that may be missing in part.
    const device = { ...row, tenant_id: lookup.tenant } as unknown as Schema['devices'];
    entry.devices.push(toDevice(device));
  }
  for (const entry of found)
    entry?.devices.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return found;
}
