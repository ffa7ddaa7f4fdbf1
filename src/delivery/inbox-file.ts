/** What a file name of the inbox says: it sorts by time, then by the order in which one process wrote. */
export interface InboxFile {
  file: string;
  channel: 'mail' | 'sms';
  /** Milliseconds since the Unix epoch. */
  at: number;
}

/** `20300102T030405006Z-000001-msg_….eml`, fit for every file system. */
export function inboxFileName(channel: 'mail' | 'sms', at: number, order: number, id: string): string {
  const time = new Date(at).toISOString().replace(/[-:.]/g, '');
  return `${time}-${String(order).padStart(6, '0')}-${id}.${channel === 'mail' ? 'eml' : 'txt'}`;
}

/** Those of `names` that an inbox has written, newest first. */
export function inboxFiles(names: readonly string[]): InboxFile[] {
  return names
    .toSorted()
    .toReversed()
    .flatMap((file) => {
      const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-\d{6,}-[A-Za-z0-9_-]+\.(eml|txt)$/.exec(file);
      if (parts === null) return [];
      const [year = 0, month = 0, day, hour, minute, second, millisecond] = parts.slice(1, 8).map(Number);
      const at = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
      return [{ file, at, channel: parts[8] === 'eml' ? ('mail' as const) : ('sms' as const) }];
    });
}
