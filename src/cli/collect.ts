/** Gathers the values of an option that may be given again. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
