import { InvalidArgumentError, type Command } from 'commander';
import type { Page } from '../core/model.ts';
import type { PageOptions } from '../engine/engine.ts';
import { type Column, formatTable } from './table.ts';
import type { Terminal } from './terminal.ts';

export interface ListOptions {
  json?: boolean;
  limit?: number;
  all?: boolean;
}

/** Rows of a table when nobody says how many: what a person may want to look through. */
const tableLimit = 100;

/** Gives a command that lists things the options that all of them have. */
export function listOptions(command: Command): Command {
  return command
    .option('--json', 'print JSON: an array with one object per line')
    .option('--limit <count>', `list at most this many (default: ${tableLimit}, with --json all)`, readCount)
    .option('--all', 'list all');
}

/** Shows things as a table for people or as JSON for programs. */
export async function showList<T>(
  terminal: Terminal,
  options: ListOptions,
  columns: readonly Column<T>[],
  items: AsyncIterable<T> | Iterable<T>,
): Promise<void> {
  const limit = options.limit ?? (options.all === true || options.json === true ? Infinity : tableLimit);
  if (options.json === true) await printJson(terminal, items, limit);
  else await printTable(terminal, columns, items, limit);
}

async function printJson<T>(terminal: Terminal, items: AsyncIterable<T> | Iterable<T>, limit: number): Promise<void> {
  let previous: string | undefined;
  let count = 0;
  for await (const item of items) {
    if (count++ >= limit) break;
    terminal.print(previous === undefined ? '[' : `  ${previous},`);
    previous = toJson(item);
  }
  if (previous === undefined) terminal.print('[]');
  else for (const line of [`  ${previous}`, ']']) terminal.print(line);
}

async function printTable<T>(
  terminal: Terminal,
  columns: readonly Column<T>[],
  items: AsyncIterable<T> | Iterable<T>,
  limit: number,
): Promise<void> {
  const shown: T[] = [];
  let more = false;
  for await (const item of items) {
    more = shown.length >= limit;
    if (more) break;
    shown.push(item);
  }
  if (shown.length === 0) terminal.note('There is none.');
  else for (const line of formatTable(columns, shown, terminal.columns)) terminal.print(line);
  if (more) terminal.note(`There are more than these ${shown.length}; --all lists all.`);
}

/** Shows one thing: a line per property, or JSON. */
export function showOne(terminal: Terminal, options: { json?: boolean }, item: object): void {
  if (options.json === true) {
    terminal.print(toJson(item));
    return;
  }
  const properties = Object.entries(JSON.parse(toJson(item)) as Record<string, unknown>);
  const rows = properties.map(([name, value]) => [
    `${name}:`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const columns = [0, 1].map((index) => ({ title: '', value: (row: string[]) => row[index] }));
  for (const line of formatTable(columns, rows, undefined).slice(1)) terminal.print(line);
}

/** JSON on one line; points in time, which are numbers inside, in ISO 8601. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (name, inner: unknown) =>
    typeof inner === 'number' && /^(?:at|[a-z]\w*At)$/.test(name) ? formatTime(inner) : inner,
  );
}

/** A point in time as people read it, in UTC and to the second. */
export function formatTime(time: number | undefined): string {
  return time === undefined ? '' : new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** All items of a list that the engine hands out page by page, as they are asked for. */
export async function* allPages<T>(fetch: (page: PageOptions) => Promise<Page<T>>): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page: Page<T> = await fetch({ limit: 500, ...(cursor === undefined ? {} : { cursor }) });
    yield* page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}

function readCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number from 1.');
  return Number(text);
}
