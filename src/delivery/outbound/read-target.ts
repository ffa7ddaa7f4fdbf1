/** Where a request goes, as the connection will be made. */
export interface Target {
  url: URL;
  /** A name or an address, an IPv6 one without its brackets. */
  host: string;
  port: number;
  secure: boolean;
}

/**
 * Reads the URL of a request. An address has one spelling afterwards: `2130706433`, `0x7f.1` and `127.1` are `127.0.0.1` (URL Standard
 * §3.5).
 */
export function readTarget(text: string): Target | { refused: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return { refused: 'not an http:// or https:// URL' };
  // `https://hooks.example.org@198.51.100.1/` is read as the name of the first by people and as the second by machines.
  if (url.username !== '' || url.password !== '') return { refused: 'the URL holds a user or a password' };
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return { url, host: url.hostname.replace(/^\[|\]$/g, ''), port, secure };
}
