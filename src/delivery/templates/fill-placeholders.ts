/**
 * Puts values in place of `{name}`, in one pass: a value that looks like a placeholder stays what it is, and so does a name
 * without a value. Nothing is evaluated (EML-08).
 */
export function fillPlaceholders(
  text: string,
  values: Readonly<Record<string, string>>,
  escape: (value: string) => string = (value) => value,
): string {
  return text.replace(/\{([A-Za-z][A-Za-z0-9_]*)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? placeholder : escape(value);
  });
}
