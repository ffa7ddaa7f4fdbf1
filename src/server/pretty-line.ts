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
  const places = Array.isArray(stack) ? stack.map((place) => `\n    ${String(place)}`) : [];
  const clockTime = String(time).slice(11, 19);
  return `${[clockTime, String(level).padEnd(5), String(msg), ...rest].join(' ')}${places.join('')}\n`;
}
