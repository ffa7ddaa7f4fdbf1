/**
 * The one normalisation of a code that a person typed, done before it is compared with anything: ASCII blanks, tabs and
 * hyphens go, nothing else is touched. Digits of other scripts and invisible characters stay, and so never make a code:
 * one code has one spelling after this.
 */
export function normalizeCode(text: string): string {
  return text.replaceAll(/[ \t-]/g, '');
}

/** Whether a normalised text is exactly `digits` ASCII digits. Leading zeros count. */
export function isNumericCode(text: string, digits: number): boolean {
  return text.length === digits && /^[0-9]+$/.test(text);
}
