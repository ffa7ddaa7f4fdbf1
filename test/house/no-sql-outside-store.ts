import type { SourceFile } from './source-files.ts';
import { lineAt } from './source-text.ts';

/** How SQL looks in code, and in a string. */
const inCode =
  /\b(?:selectFrom|insertInto|replaceInto|updateTable|deleteFrom|mergeInto|selectNoFrom)\s*\(|\bsql(?:<[^>`]*>)?`|\bsql\.(?:raw|table|ref|lit|id)\b/g;
const inStrings =
  /\bSELECT\s+[\w*"`(]|\bINSERT\s+INTO\b|\bUPDATE\s+\S+\s+SET\b|\bDELETE\s+FROM\b|\b(?:CREATE|ALTER|DROP)\s+(?:TABLE|INDEX)\b|\bPRAGMA\s/g;

/** Where a file speaks SQL, each as `file:line: what`. */
export function findSql({ path, code, bare }: SourceFile): string[] {
  const found = [...bare.matchAll(inCode), ...code.matchAll(inStrings)];
  return found.map((match) => `${path}:${lineAt(code, match.index)}: ${match[0]}`);
}
