import { type Random, randomText } from './random.ts';

/** What an id names; the prefix makes a stray id recognisable in a log. */
export const idPrefixes = {
  tenant: 'tnt',
  realm: 'rlm',
  integration: 'int',
  credential: 'crd',
  administrator: 'adm',
  user: 'usr',
  device: 'dev',
  enrollment: 'enr',
  challenge: 'chl',
  writer: 'wrt',
  message: 'msg',
  browser: 'brw',
} as const;

export type IdKind = keyof typeof idPrefixes;

declare const brand: unique symbol;
/** A tenant's id. Branded, so that no other string can be passed where rows are scoped. */
export type TenantId = string & { readonly [brand]: 'tenant' };

/** Crockford's base32 in lower case: no letter can be taken for another. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new id: the prefix of its kind, an underscore and 26 characters (130 random bits). */
export function newId(random: Random, kind: IdKind): string {
  return `${idPrefixes[kind]}_${randomText(random, 26, alphabet)}`;
}

/** The tenant that holds what belongs to the installation itself: platform administrators and their audit trail. */
export const platformTenant = 'tnt_platform' as TenantId;
