/** RFC 4648 §5, without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/**
 * The bytes of a base64url text, or undefined when the text is not exactly what {@link encodeBase64url} makes: Node
 * ignores foreign characters and trailing bits, which would give one value many spellings (RFC 4648 §3.5, §12).
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}
