/**
 * Lets only plain text, whole numbers and nothing through. The driver would make SQL of an object or array, and of a number beside a text
 * column a comparison that matches what it should not ('123abc' = 123).
 */
export function checkParameters(values: readonly unknown[]): unknown[] {
  return values.map((value) => {
    if (typeof value === 'string' || value === null || Number.isSafeInteger(value)) return value;
    throw new TypeError(`a parameter of the type ${typeof value} is none that the store uses`);
  });
}
