import { expect, test } from 'vitest';
import { formatTable } from './table.ts';

interface Row {
  name: string;
  left: number;
  note?: string;
}
const columns = [
  { title: 'name', value: (row: Row) => row.name },
  { title: 'left', value: (row: Row) => row.left, align: 'right' as const },
  { title: 'note', value: (row: Row) => row.note },
];

test('columns stand under their titles, numbers at the right, and no line ends in blanks', () => {
  expect(
    formatTable(
      columns,
      [
        { name: 'alice', left: 10, note: 'on holiday' },
        { name: 'bob', left: 5 },
      ],
      undefined,
    ),
  ).toEqual(['NAME   LEFT  NOTE', 'alice    10  on holiday', 'bob       5']);
});

test('on a screen no line is longer than the screen; the widest column gives way and shows that it did', () => {
  const lines = formatTable(columns, [{ name: 'x'.repeat(60), left: 1, note: 'y'.repeat(20) }], 50);
  expect(lines.every((line) => line.length <= 50)).toBe(true);
  expect(lines[1]).toMatch(/^x+…\s+1 {2}y{20}$/);
});

test('without a screen nothing is cut', () => {
  expect(formatTable(columns, [{ name: 'x'.repeat(500), left: 1 }], undefined)[1]).toContain('x'.repeat(500));
});

test('wide letters take two columns, combining marks none', () => {
  const lines = formatTable(
    columns,
    [
      { name: '東京', left: 1 },
      { name: 'e\u0301ve', left: 2 },
    ],
    undefined,
  );
  expect(lines).toEqual(['NAME  LEFT  NOTE', '東京     1', 'e\u0301ve      2']);
});

test('what would move the cursor or turn the line around is made visible', () => {
  const lines = formatTable(columns, [{ name: 'a\u001b[2Jb\u202ec\nd', left: 1 }], undefined);
  expect(lines[1]).toBe('a\u{fffd}[2Jb\u{fffd}c\u{fffd}d     1');
});
