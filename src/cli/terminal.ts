/** Where a command writes to. */
export interface Terminal {
  /** What was asked for, a line of it. */
  print(line: string): void;
  /** Remarks, which a pipe does not carry on. */
  note(line: string): void;
  /** Columns of the screen; undefined when the output goes to a file or a pipe. */
  columns: number | undefined;
  /** Shows a line in the place of the one shown before; does nothing where nobody watches. */
  progress: ((line: string) => void) | undefined;
}

export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  return {
    print: (line) => void stdout.write(`${line}\n`),
    note: (line) => void stderr.write(`${line}\n`),
    columns: stdout.isTTY ? stdout.columns : undefined,
    progress: stderr.isTTY ? (line) => void stderr.write(`\r\u001b[K${line}`) : undefined,
  };
}

/** A text as it may be shown: what would move the cursor or turn the direction of writing is made visible. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}
