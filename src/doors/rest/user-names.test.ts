// What is one user and what are two, the same on every database: this room runs on SQLite, PostgreSQL and MariaDB.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { contract } from './contract/index.ts';
import { type RestFixture, restFixture } from './rest.fixture.ts';

let rest: RestFixture;
beforeEach(async () => {
  rest = await restFixture();
});
afterEach(async () => rest.close());

const create = async (name: string) => rest.call(contract.users.create, [], { body: { name } });
const find = async (name: string) => rest.call(contract.users.list, [], { query: { name } });

it.each([
  ['capitals', 'alice', 'ALICE'],
  ['an accent', 'alice', 'álice'],
  ['blanks at the end', 'alice', 'alice  '],
  ['a blank in front', 'alice', ' alice'],
  ['a dotless i', 'mike', 'mıke'],
  ['a dotted capital I', 'istanbul', 'İstanbul'],
  ['a sharp s', 'strasse', 'straße'],
  ['a capital sharp s', 'straße', 'strAẞe'],
  ['full-width letters', 'alice', 'ａｌｉｃｅ'],
  ['a letter of another script', 'admin', 'аdmin'],
  ['a blank of no width', 'alice', 'al\u200bice'],
  ['another direction of writing', 'alice', '\u202ealice'],
  ['a wildcard', 'alice', 'alic_'],
  ['a pattern', 'alice', 'al%'],
  ['a number', '1', '1.0'],
  ['a number with a zero in front', '7', '07'],
  ['an emoji', '🦊', '🐻'],
])('users whose names differ in %s are two, and neither is found as the other (INP-04)', async (_, one, other) => {
  const first = await create(one);
  expect(first.status).toBe(201);
  expect((await find(other)).body.items).toEqual([]);
  const second = await create(other);
  expect(second.status).toBe(201);
  expect((await find(one)).body.items).toEqual([first.body]);
  expect((await find(other)).body.items).toEqual([second.body]);
});

it.each([
  ['an accent', 'Zo\u00eb', 'Zoe\u0308'],
  ['two marks in another order', 'a\u0323\u0307', 'a\u0307\u0323'],
  ['the sign of the kelvin', 'K2', '\u212a2'],
  ['the sign of the angstrom', '\u00e5ngstr\u00f6m', 'a\u030angstro\u0308m'],
  ['syllables of Hangul', '\uac00', '\u1100\u1161'],
])('users whose names differ only in how %s is written down are one (INP-04)', async (_, one, other) => {
  const first = await create(one);
  expect(first.status).toBe(201);
  const again = await create(other);
  expect([again.status, again.body.code]).toEqual([409, 'user_exists']);
  expect((await find(other)).body.items).toEqual([first.body]);
});

it.each(['', ' ', '\t', 'a\0', 'a\r\nb', '\u001b[31malice', '\u0085', '\ud800', 'x'.repeat(129)])(
  '%j names nobody (INP-04, INP-02, INP-11)',
  async (name) => {
    const { status, body } = await create(name);
    expect([status, body.code]).toEqual([400, 'invalid_parameters']);
  },
);
