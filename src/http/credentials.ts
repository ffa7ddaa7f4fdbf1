/** The credentials of an `Authorization: Basic` header in UTF-8 (RFC 7617); undefined for everything else. */
export function basicCredentials(authorization: string | undefined): { login: string; password: string } | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]{1,4096}={0,2})$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  const pair = bytes.toString('utf8');
  const colon = pair.indexOf(':');
  // RFC 7617 §2: control characters are not allowed. What was no UTF-8 does not come out as it went in.
  if (colon < 0 || /\p{Cc}/u.test(pair) || !Buffer.from(pair).equals(bytes)) return undefined;
  return { login: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

/** The token of an `Authorization: Bearer` header (RFC 6750 §2.1); undefined for everything else. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/=-]{1,512})$/i.exec(authorization ?? '')?.[1];
}
