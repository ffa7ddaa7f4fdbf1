// Counts which promises of the older systems are covered by a test: every test that proves one carries its id in the title.
// Attacks and faults have ids of the same sort; docs/attacks.md says what they are.
// A range such as OSS-01…04 or OSS-10,12 in a title counts for each id that it names.

/** How many promises each system made; those of later releases are in the count too. */
const promised = { OSS: 80, ADJ: 57 };

/** Sections of attacks and faults, by the prefix of their ids. Their titles say what fails here. */
export const attackSections = {
  OTP: 'one-time codes: replay and race',
  BF: 'guessing',
  WIN: 'windows, drift, resynchronisation',
  REC: 'recovery codes',
  EML: 'mailed codes',
  SMS: 'messages to telephones',
  RND: 'randomness and the shape of codes',
  ENM: 'finding out who exists',
  TEN: 'isolation of tenants',
  SEC: 'secrets, tokens, keys',
  INP: 'input confusion',
  FLW: 'ways around a step',
  WEB: 'browsers',
  FID: 'WebAuthn',
  YUB: 'YubiKey',
  RAD: 'RADIUS',
  OID: 'OAuth 2 and OpenID Connect',
  KST: 'Keystone',
  OUT: 'outbound calls',
  DOS: 'denial of service',
  SUP: 'supply chain and release',
  REL: 'crashes and storage faults',
  CLU: 'several nodes, and the database',
  CLK: 'time',
  MIG: 'upgrade, migration, backup',
  DLV: 'delivery',
  ADM: 'operation, audit, administration',
};

/** Ids that a title names: `OSS-10`, `OSS-10,12`, `OSS-01…04`, `OSS-40/41`. */
export function idsIn(title) {
  const ids = new Set();
  for (const [, prefix, list] of title.matchAll(/\b([A-Z]{2,4})-(\d{2}(?:(?:\s*[,/]\s*|…|\.\.)\d{2})*)/g)) {
    for (const part of list.split(/\s*[,/]\s*/)) {
      const [from, to = from] = part.split(/…|\.\./).map(Number);
      for (let number = from; number <= to; number++) ids.add(`${prefix}-${String(number).padStart(2, '0')}`);
    }
  }
  return ids;
}

export function printParity(titles) {
  const covered = new Set(titles.flatMap((title) => [...idsIn(title)]));
  process.stdout.write('\nPromises of the older systems covered by a test\n');
  for (const [prefix, count] of Object.entries(promised)) {
    const all = Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(2, '0')}`);
    const missing = all.filter((id) => !covered.has(id));
    const rest = missing.length === 0 ? '' : `  not yet: ${missing.map((id) => id.slice(prefix.length + 1)).join(' ')}`;
    process.stdout.write(`  ${prefix}  ${count - missing.length} of ${count}${rest}\n`);
  }
  const attacks = Object.entries(attackSections).map(([prefix, name]) => {
    const ids = [...covered].filter((id) => id.startsWith(`${prefix}-`)).sort((a, b) => (a < b ? -1 : 1));
    return { prefix, name, numbers: ids.map((id) => id.slice(prefix.length + 1)) };
  });
  const count = attacks.reduce((sum, { numbers }) => sum + numbers.length, 0);
  process.stdout.write(`\nAttacks and faults that fail here, by the ids that titles of passed tests name: ${count}\n`);
  for (const { prefix, name, numbers } of attacks.filter(({ numbers: { length } }) => length > 0))
    process.stdout.write(
      `  ${prefix.padEnd(3)}  ${String(numbers.length).padStart(2)}  ${name}: ${numbers.join(' ')}\n`,
    );
}
