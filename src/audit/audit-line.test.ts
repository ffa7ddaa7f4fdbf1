import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import { anyAuditSteps, auditSigner, writeAuditLog } from './audit-log.fixture.ts';
import { type AuditHead, type AuditRow, formatAuditLine, parseAuditLine, verifyAudit } from './index.ts';

const signer = auditSigner();
const actor = { type: 'integration', id: 'int_1' } as const;
const entry = { event: 'challenge.answered', outcome: 'accepted', actor, door: 'rest', detail: { a: 1 } } as const;
const log = writeAuditLog([{ tenant: 0, writer: 0, entry, sign: false }], signer);
const rowText = formatAuditLine(log.rows[1]!);
const headText = formatAuditLine(log.heads[0]!);

function read(lines: readonly string[]): { rows: AuditRow[]; heads: AuditHead[] } {
  const parsed = lines.map(parseAuditLine);
  return {
    rows: parsed.flatMap((line) => (line.type === 'row' ? [line.row] : [])),
    heads: parsed.flatMap((line) => (line.type === 'head' ? [line.head] : [])),
  };
}

describe('a line of an exported audit log', () => {
  it('is JSON that says what it is', () => {
    expect(JSON.parse(rowText)).toEqual({ type: 'row', ...log.rows[1] });
    expect(JSON.parse(headText)).toEqual({ type: 'head', ...log.heads[0] });
  });

  it('may end in a line feed', () => {
    expect(parseAuditLine(`${rowText}\n`)).toEqual({ type: 'row', row: log.rows[1] });
    expect(parseAuditLine(`${headText}\r\n`)).toEqual({ type: 'head', head: log.heads[0] });
  });

  it('brings every row and head back as it was, so that the log is intact', async () => {
    await fc.assert(
      fc.asyncProperty(anyAuditSteps, async (steps) => {
        const { rows, heads } = writeAuditLog(steps, signer);
        const lines = [...rows, ...heads].map(formatAuditLine);
        expect(lines.filter((line) => /[\r\n]/.test(line))).toEqual([]);
        const back = read(lines);
        expect([...back.rows, ...back.heads].map(formatAuditLine)).toEqual(lines);
        await expect(verifyAudit(back.rows, back.heads, signer.publicKeyPem)).resolves.toMatchObject({
          intact: true,
          rows: rows.length,
          signedUpTo: rows.length,
        });
      }),
      { numRuns: 50 },
    );
  });

  it('is refused or found out when one character of it is another', async () => {
    const lines = [...log.rows, ...log.heads].map(formatAuditLine);
    const character = fc.constantFrom('0', '1', 'a', 'b', 'A', '"', '\\', '{', '}', ',', ':', '.', ' ', '\u0000');
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: lines.length - 1 }), fc.nat(), character, async (index, position, character) => {
        const line = lines[index]!;
        const start = position % line.length;
        const edited = `${line.slice(0, start)}${character}${line.slice(start + 1)}`;
        fc.pre(edited !== line);
        let back;
        try {
          back = read(lines.with(index, edited));
        } catch (error) {
          return error instanceof CountersignError;
        }
        return !(await verifyAudit(back.rows, back.heads, signer.publicKeyPem)).intact;
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'row'],
    ['no object', '[]'],
    ['an unknown type', rowText.replace('"row"', '"chain"')],
    ['no type', rowText.replace('"type":"row",', '')],
    ['a member that is missing', rowText.replace('"door":"rest",', '')],
    ['a member that is null', rowText.replace('"door":"rest"', '"door":null')],
    ['a member that no row has', rowText.replace('"door"', '"note":"","door"')],
    ['a member that stands there twice', rowText.replace('"door"', '"door":"oss2fa","door"')],
    ['a key of its detail that stands there twice', rowText.replace('{"a":1}', '{"a":2,"a":1}')],
    ['a detail that is no object', rowText.replace('{"a":1}', '[1]')],
    ['a number that JSON can write and not keep', rowText.replace('{"a":1}', '{"a":1e400}')],
    [
      'a detail that is nested without an end',
      rowText.replace('{"a":1}', `{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`),
    ],
    ['an unknown outcome', rowText.replace('"accepted"', '"forgiven"')],
    ['a number that is none', rowText.replace('"seq":2', '"seq":"2"')],
    ['a number below one', headText.replace('"seq":2', '"seq":0')],
    ['another order', rowText.replace(/"type":"row",(.*)\}$/, '{$1,"type":"row"}')],
    ['blanks', rowText.replaceAll(',', ', ')],
    ['another spelling of a letter', rowText.replace('rest', String.raw`\u0072est`)],
    ['a hash in capitals', headText.replace(/[0-9a-f]{64}/, (hash) => `${hash.slice(1)}F`)],
    ['two lines', `${rowText}\n${rowText}`],
    ['a head without its signature', headText.replace(/,"signature":"[^"]*"/, '')],
  ])('is refused with %s', (_, text) => {
    expect(text).not.toBe(rowText);
    expect(() => parseAuditLine(text)).toThrow(expect.objectContaining({ code: 'malformed_request' }));
  });
});
