import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { lineWriter } from './line-writer.ts';

/** A file, and what stands in it when there is that much of it. */
function openOutput() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-lines-'));
  const file = join(folder, 'output');
  const fd = openSync(file, 'a');
  onTestFinished(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });
  const content = () => readFileSync(file, 'utf8');
  return {
    fd,
    content,
    lines: async (count: number) => {
      while (content().split('\n').length <= count) await sleep(5);
      return content().split('\n').slice(0, -1);
    },
  };
}

test('lines are written in their order, whole', async () => {
  const output = openOutput();
  const writer = lineWriter(output.fd);
  const lines = Array.from({ length: 1000 }, (_, index) => `line ${index} ü`);
  for (const [index, line] of lines.entries()) {
    writer.write(`${line}\n`);
    if (index % 100 === 0) await sleep(0);
  }
  expect(await output.lines(1000)).toEqual(lines);
});

test('an output that takes nothing costs lines, and neither memory nor the process', async () => {
  // Every write to it says that there is no room.
  // Not closed at the end: a write is still under way then, and the number would soon be that of another test's file.
  const full = openSync('/dev/full', 'w');
  const writer = lineWriter(full, 100);
  for (let count = 0; count < 50; count++) {
    writer.write('a line of twenty-odd characters\n');
    await sleep(0);
  }
  expect(() => writer.flushSync()).not.toThrow();
});

test('lines that find too many waiting are lost, the others are not', async () => {
  const output = openOutput();
  const writer = lineWriter(output.fd, 20);
  // The first is under way at once; of those behind it there is room for two.
  for (const line of ['first', 'second line', 'third line', 'fourth line', 'fifth line']) writer.write(`${line}\n`);
  const written = await output.lines(3);
  writer.write('last\n');
  expect([...written, ...(await output.lines(4)).slice(3)]).toEqual(['first', 'second line', 'third line', 'last']);
});
