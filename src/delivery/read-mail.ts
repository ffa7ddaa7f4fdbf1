/**
 * Reads back a mail that the inbox has written: the recipient, the decoded subject and the plain text. It knows the MIME
 * that our composer writes (RFC 2045, 2046, 2047), not all there is.
 */
export function readMail(raw: string): { to: string; subject: string; text: string } {
  const mail = entity(raw);
  const boundary = /boundary="([^"]+)"/i.exec(mail.headers.get('content-type') ?? '')?.[1];
  const parts = boundary === undefined ? [mail] : mail.body.split(`--${boundary}`).slice(1).map(part);
  const plain = parts.find((part) => /^text\/plain/i.test(part.headers.get('content-type') ?? ''));
  return {
    to: mail.headers.get('to') ?? '',
    subject: decodeWords(mail.headers.get('subject') ?? ''),
    text: plain === undefined ? '' : decodeBody(plain),
  };
}

interface Entity {
  headers: ReadonlyMap<string, string>;
  body: string;
}

/** One part between two delimiters: the line break before the next delimiter belongs to the delimiter. */
function part(text: string): Entity {
  return entity(text.replace(/^\r?\n/, '').replace(/\r?\n$/, ''));
}

function entity(raw: string): Entity {
  const text = raw.replaceAll('\r\n', '\n');
  const end = text.indexOf('\n\n');
  const lines = text
    .slice(0, end)
    .replace(/\n[ \t]/g, ' ')
    .split('\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  return { headers, body: text.slice(end + 2) };
}

function decodeBody({ headers, body }: Entity): string {
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8').replaceAll('\r\n', '\n');
  if (encoding === 'quoted-printable') return quotedPrintable(body.replace(/=[ \t]*\n/g, '')).toString('utf8');
  return body;
}

/** RFC 2047: white space between two encoded words is not part of the text, and a character may span both. */
function decodeWords(header: string): string {
  return header.replace(/=\?utf-8\?[bq]\?[^?]*\?=(?:\s+=\?utf-8\?[bq]\?[^?]*\?=)*/gi, (run) => {
    const words = [...run.matchAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi)].map(([, encoding, text = '']) =>
      encoding?.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : quotedPrintable(text.replaceAll('_', ' ')),
    );
    return Buffer.concat(words).toString('utf8');
  });
}

function quotedPrintable(text: string): Buffer {
  const bytes = text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
