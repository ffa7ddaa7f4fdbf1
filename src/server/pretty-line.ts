/** A line of the log for people: time, level, message, fields. What is no line of JSON stays as it is. */
export function prettyLine(line: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const { time, level, msg, stack, ...fields } = entry;
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const places = Array.isArray(stack) ? stack.map(String) : [];
  const clockTime = String(time).slice(11, 19);
  const told = visible([clockTime, String(level).padEnd(5), String(msg), ...rest].join(' '));
  return `${told}${places.map((place) => `\n    ${visible(place)}`).join('')}\n`;
}

/** What would begin a line, move the cursor or turn the direction of writing, as its number: a field may hold what a stranger sent. */
function visible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
