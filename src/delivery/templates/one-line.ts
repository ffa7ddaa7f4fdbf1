/** A name inside a sentence: no line breaks with which it could write lines of its own, and no novel. */
export function oneLine(name: string): string {
  const line = name.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 99).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
}
