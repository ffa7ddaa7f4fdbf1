import { write, writeSync } from 'node:fs';

/** Takes lines of text. */
export interface LineWriter {
  write(line: string): void;
  /** Writes what is still held back, as far as it can be written now. */
  flushSync(): void;
}

/** How many characters wait at most for an output that takes none. */
const usualLimit = 2 ** 20;

/**
 * Writes lines to a file descriptor, in their order and as many at once as have come together. Whatever becomes of the output, a full disk, a
 * reader that is gone or one that does not read, it neither stops nor ends the process: lines wait, and those that find too many waiting are lost.
 */
export function lineWriter(fd: number, limit = usualLimit): LineWriter {
  let waiting = '';
  /** What is being written. Its beginning may be out already, so that it is kept until its end is. */
  let begun = Buffer.alloc(0);
  let underWay = false;

  const takeNext = () => {
    if (begun.length === 0) [begun, waiting] = [Buffer.from(waiting), ''];
    return begun.length > 0;
  };

  function goOn(): void {
    if (underWay || !takeNext()) return;
    underWay = true;
    write(fd, begun, (error, written) => {
      underWay = false;
      if (error === null) {
        begun = begun.subarray(written);
        goOn();
      } else if (error.code === 'EAGAIN') {
        setTimeout(goOn, 50).unref();
      }
      // Whatever else it is, the next line tries again.
    });
  }

  return {
    write: (line) => {
      if (waiting.length < limit) waiting += line;
      goOn();
    },
    flushSync: () => {
      // What is under way goes on until it is out: the process does not end before.
      if (underWay) return;
      try {
        while (takeNext()) begun = begun.subarray(writeSync(fd, begun));
      } catch {
        goOn();
      }
    },
  };
}
