/** A media type or media range with its parameters, e.g. `application/json; version=1.0`. */
export interface MediaType {
  type: string;
  subtype: string;
  parameters: ReadonlyMap<string, string>;
}

/** Reads one media type leniently: what is missing is empty and matches nothing. */
export function parseMediaType(text: string): MediaType {
  const [full = '', ...rest] = text.split(';');
  const [type = '', subtype = ''] = full.trim().toLowerCase().split('/');
  const parameters = new Map(
    rest.map((parameter) => {
      const at = parameter.indexOf('=');
      const [name, value] = at < 0 ? [parameter, ''] : [parameter.slice(0, at), parameter.slice(at + 1)];
      return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1')] as const;
    }),
  );
  return { type, subtype, parameters };
}

/** How exactly a range names something: 0 for anything, 1 for any subtype, 2 for a type, 3 for one with parameters. */
export function precision({ type, subtype, parameters }: MediaType): 0 | 1 | 2 | 3 {
  if (type === '*') return 0;
  if (subtype === '*') return 1;
  return [...parameters.keys()].every((name) => name === 'q') ? 2 : 3;
}

/** Whether a range covers a media type that has no parameters. */
export function covers(range: MediaType, type: string): boolean {
  const [main, sub] = type.split('/');
  return (range.type === '*' || range.type === main) && (range.subtype === '*' || range.subtype === sub);
}
