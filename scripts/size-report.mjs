// Prints how large the rooms, their files and the package are. A report, not a gate: it always succeeds.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('..', import.meta.url));

function listFiles(folder) {
  return readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({
      path: path.slice(repository.length).replaceAll('\\', '/'),
      lines: readFileSync(path, 'utf8').split('\n').length - 1,
      isTest: /\.(?:test|fixture)\.ts$/.test(path),
    }));
}

function quantile(files, share) {
  const lines = files.map((file) => file.lines).sort((a, b) => a - b);
  return lines[Math.min(lines.length - 1, Math.floor(lines.length * share))] ?? 0;
}

function sum(files) {
  return files.reduce((total, file) => total + file.lines, 0);
}

function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? String(cell).padEnd(widths[column]) : String(cell).padStart(widths[column]),
    );
    console.log(cells.join('  '));
  }
}

const files = listFiles('src');
const crossing = listFiles('test');
const rooms = [...new Set(files.map(({ path }) => path.split('/')[1] ?? ''))].sort((a, b) => (a < b ? -1 : 1));
const describe = (name, all) => {
  const sources = all.filter((file) => !file.isTest);
  const tests = sum(all.filter((file) => file.isTest));
  const ratio = (tests / Math.max(1, sum(sources))).toFixed(2);
  const largest = Math.max(0, ...sources.map((file) => file.lines));
  return [name, sources.length, sum(sources), quantile(sources, 0.5), quantile(sources, 0.9), largest, tests, ratio];
};
printTable([
  ['room', 'files', 'lines', 'median', 'p90', 'largest', 'test lines', 'per line'],
  ...rooms.map((room) =>
    describe(
      room,
      files.filter(({ path }) => path.split('/')[1] === room),
    ),
  ),
  describe('all', files),
]);
console.log(`\ntest/ has ${sum(crossing)} lines in ${crossing.length} files\n`);

const sources = files.filter((file) => !file.isTest);
printTable([
  ['largest files', 'lines'],
  ...sources
    .sort((a, b) => b.lines - a.lines)
    .slice(0, 10)
    .map(({ path, lines }) => [path, lines]),
]);

const packed = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
  cwd: repository,
  encoding: 'utf8',
});
try {
  const [{ size, unpackedSize, entryCount }] = JSON.parse(packed.stdout);
  const kilobytes = (bytes) => `${Math.round(bytes / 1024)} kB`;
  console.log(`\nthe package: ${kilobytes(size)} packed, ${kilobytes(unpackedSize)} unpacked, ${entryCount} files`);
} catch {
  console.log('\nthe package cannot be packed');
}
