import { posix } from 'node:path';
import { isTestFile, type SourceFile } from './source-files.ts';
import { readImports } from './source-text.ts';

/**
 * The rooms of the house from left to right (design §2). A room imports from itself and from steps to its left, never from
 * a neighbour on its own step.
 */
const steps: readonly (readonly string[])[] = [
  ['core'],
  ['otp', 'crypto', 'audit'],
  ['store'],
  ['delivery', 'limits'],
  ['devices'],
  ['engine'],
  ['session'],
  ['accounts'],
  ['http'],
  ['pages'],
  ['doors', 'frameworks'],
  ['server'],
  ['cli'],
];

/** Rooms that may import less than their step says, and rooms that stand outside of the row. */
const exactly: Readonly<Record<string, (target: Place) => boolean>> = {
  audit: ({ room }) => room === 'core',
  devices: ({ room }) => ['core', 'otp', 'crypto'].includes(room),
  // What both sides of the wire have to know, and nothing that runs on the server.
  client: ({ room, path }) => room === 'core' || /^src\/(?:http\/endpoint\b|doors\/rest\/contract\/)/.test(path),
  console: ({ room }) => room === 'client',
  testing: ({ room, path }) => room === 'core' || room === 'engine' || path.endsWith('/index.ts'),
};

/** Packages that have one home, so that they can be exchanged there. */
const homes: Readonly<Record<string, readonly string[]>> = {
  kysely: ['store'],
  libsql: ['store'],
  pg: ['store'],
  mysql2: ['store'],
  nodemailer: ['delivery'],
  '@node-rs/argon2': ['crypto'],
  uqr: ['otp'],
  'libphonenumber-js': ['core'],
  '@simplewebauthn/server': ['devices'],
  jose: ['delivery', 'pages', 'doors', 'server'],
  hono: ['http', 'pages', 'doors', 'frameworks', 'server'],
  '@hono/node-server': ['server'],
  selfsigned: ['server'],
  pino: ['server'],
  commander: ['cli'],
  yaml: ['doors', 'server', 'cli'],
  zod: [...steps.flat().filter((room) => room !== 'otp'), 'client'],
};

/** What the rooms without input and output may take from Node: computation only. */
const pureRooms = ['core', 'otp', 'audit', 'devices'];
const pureModules = ['node:crypto', 'node:net', 'node:url', 'node:zlib', 'node:buffer', 'node:util'];

interface Place {
  path: string;
  /** The first folder below `src`; `index.ts` for the root. */
  room: string;
  /** The folder inside of the room; empty for its root. */
  part: string;
}

function placeOf(path: string): Place {
  const [, room = '', ...inside] = path.split('/');
  return { path, room, part: inside.length > 1 ? (inside[0] ?? '') : '' };
}

function stepOf(room: string): number {
  return steps.findIndex((rooms) => rooms.includes(room));
}

function isRoom(room: string): boolean {
  return room === 'index.ts' || stepOf(room) >= 0 || room in exactly;
}

/** Whether one source file may import another. */
function mayImport(from: Place, to: Place): boolean {
  if (to.room === 'index.ts') return false;
  if (from.room === 'index.ts') return true;
  if (from.room === to.room) return from.room !== 'doors' || from.part === '' || from.part === to.part;
  const only = exactly[from.room];
  if (only !== undefined) return only(to);
  if (from.room === 'doors' && to.room === 'store') return false;
  return stepOf(to.room) >= 0 && stepOf(to.room) < stepOf(from.room);
}

function mayImportPackage(room: string, specifier: string): boolean {
  if (specifier.startsWith('node:')) return !pureRooms.includes(room) || pureModules.includes(specifier);
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  return homes[name]?.includes(room) ?? false;
}

/** The imports of a source file that go against the order of the house, each as `file:line imports what: why not`. */
export function findWrongImports(file: SourceFile): string[] {
  const from = placeOf(file.path);
  if (!isRoom(from.room)) return [`${file.path}: there is no room ${from.room}`];
  // Tests may use whatever helps: servers, the test engine, other rooms.
  if (isTestFile(file.path)) return [];
  return readImports(file).flatMap(({ specifier, line }) => {
    const wrong = (why: string) => [`${file.path}:${line} imports ${specifier}: ${why}`];
    if (!specifier.startsWith('.')) {
      return mayImportPackage(from.room, specifier) ? [] : wrong(`this package is not at home in ${from.room}`);
    }
    const path = posix.join(posix.dirname(file.path), specifier);
    if (!path.startsWith('src/')) return wrong('it lies outside of src');
    if (isTestFile(path)) return wrong('it is for tests only');
    const to = placeOf(path);
    if (!isRoom(to.room)) return wrong(`there is no room ${to.room}`);
    return mayImport(from, to) ? [] : wrong(`${from.room} may not import it`);
  });
}
