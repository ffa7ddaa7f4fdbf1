// Counts which promises of the older systems are covered by a test: every test that proves one carries its id in the title.
// A range such as OSS-01…04 or OSS-10,12 in a title counts for each id that it names.

/** How many promises each system made; those of later releases are in the count too. */
const promised = { OSS: 80, ADJ: 57 };

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
  const attacks = [...covered].filter((id) => !(id.slice(0, id.indexOf('-')) in promised));
  process.stdout.write(`  attack and fault ids named by tests: ${attacks.length}\n`);
}
