import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CsvRecord, readCsv } from './csv.ts';

async function read(...chunks: string[]): Promise<CsvRecord[]> {
  return gather(readCsv(chunks));
}

async function gather(records: AsyncIterable<CsvRecord>): Promise<CsvRecord[]> {
  const gathered: CsvRecord[] = [];
  for await (const record of records) gathered.push(record);
  return gathered;
}

const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;

describe('reading CSV', () => {
  test.each([
    [
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\r\nc,d\r',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,,\n,,\n',
      [
        ['a', '', ''],
        ['', '', ''],
      ],
    ],
    ['"a,b","c""d"\n', [['a,b', 'c"d']]],
    ['"two\r\nlines",x\n', [['two\r\nlines', 'x']]],
    ['"","x"', [['', 'x']]],
    ['\n\r\n  \na\n', [['a']]],
    [' a , b \n', [[' a ', ' b ']]],
    ['', []],
  ])('%j', async (text, expected) => {
    expect((await read(text)).map((record) => ('fields' in record ? record.fields : record.problem))).toEqual(expected);
  });

  test('counts lines, those inside of quotes and blank ones too', async () => {
    const records = await read('a\n\n"b\nb"\r\nc\n');
    expect(records.map(({ line }) => line)).toEqual([1, 3, 5]);
  });

  test('names the line of a quote that stands in the wrong place, and goes on behind it', async () => {
    expect(await read('a,b\nc"c,d\n"e"e,f\ng,h\n')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, problem: expect.stringContaining('quote') as string },
      { line: 3, problem: expect.stringContaining('quote') as string },
      { line: 4, fields: ['g', 'h'] },
    ]);
  });

  test('names the line of a quote that is never closed', async () => {
    expect(await read('a,b\nc,d\n"e,f\ng,h\n')).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fields: ['c', 'd'] },
      { line: 3, problem: 'has a quote that is never closed' },
    ]);
  });

  test('does not take a whole file into memory for a quote that is never closed', async () => {
    let taken = 0;
    function* endless(): Generator<string> {
      yield '"';
      for (;;) {
        taken += 1;
        yield 'x'.repeat(1000);
      }
    }
    const records = await gather(readCsv(endless()));
    expect(records).toEqual([{ line: 1, problem: expect.stringContaining('not closed') as string }]);
    expect(taken).toBeLessThan(100);
  });

  test('reads what was written, however it is cut into pieces', async () => {
    const someField = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é'), maxLength: 5 });
    const someRecords = fc.array(fc.array(someField, { minLength: 2, maxLength: 4 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        someRecords,
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 7 }),
        async (records, end, size) => {
          const text = records.map((fields) => fields.map(quote).join(',') + end).join('');
          const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
          expect((await read(...chunks)).map((record) => 'fields' in record && record.fields)).toEqual(records);
        },
      ),
    );
  });

  test('never fails, whatever it is given, and reports lines in order', async () => {
    const anything = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r'), maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(anything, fc.integer({ min: 1, max: 9 }), async (text, size) => {
        const whole = await read(text);
        const lines = whole.map(({ line }) => line);
        expect(lines).toEqual([...lines].sort((a, b) => a - b));
        expect(await read(...(text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []))).toEqual(whole);
      }),
    );
  });
});
