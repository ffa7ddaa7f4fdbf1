import { printable } from './terminal.ts';

export interface Column<T> {
  title: string;
  value: (item: T) => string | number | undefined;
  /** Numbers stand at the right. Default `left`. */
  align?: 'left' | 'right';
}

const gap = 2;
/** No column is made narrower. */
const narrowest = 8;

/**
 * Items as aligned columns under a line of titles. On a screen the widest columns give way until a line fits.
 *
 * @param width Columns of the screen; undefined: nothing is cut.
 */
export function formatTable<T>(columns: readonly Column<T>[], items: Iterable<T>, width: number | undefined): string[] {
  const rows = [
    columns.map(({ title }) => title.toUpperCase()),
    ...Array.from(items, (item) => columns.map(({ value }) => printable(String(value(item) ?? '')))),
  ];
  const widths = fit(
    columns.map((_, index) => Math.max(...rows.map((row) => textWidth(row[index] ?? '')))),
    width,
  );
  return rows.map((row) =>
    row
      .map((cell, index) => pad(cut(cell, widths[index] ?? 0), widths[index] ?? 0, columns[index]?.align ?? 'left'))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

function fit(widths: number[], width = Infinity): number[] {
  const fitted = [...widths];
  const total = () => fitted.reduce((sum, each) => sum + each, gap * (fitted.length - 1));
  while (total() > width) {
    const widest = Math.max(...fitted);
    if (widest <= narrowest) break;
    fitted[fitted.indexOf(widest)] = widest - 1;
  }
  return fitted;
}

/** Columns that a text takes on a screen: letters of East Asia and pictures two, combining marks none. */
function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (character <= '\u{2ff}') return 1;
  if (/\p{Mn}|\p{Me}/u.test(character)) return 0;
  return /\p{sc=Han}|\p{sc=Hira}|\p{sc=Kana}|\p{sc=Hang}|\p{Emoji_Presentation}|[\u{ff01}-\u{ff60}]/u.test(character)
    ? 2
    : 1;
}

function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let room = width - 1;
  for (const character of text) {
    room -= characterWidth(character);
    if (room < 0) break;
    kept += character;
  }
  return `${kept}…`;
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const blank = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'left' ? text + blank : blank + text;
}
