import { idPrefixes } from '../../core/ids.ts';
import type { Random } from '../../core/random.ts';
import { equalText, hashToken, type KeyRing } from '../../crypto/index.ts';

/**
 * The token of a trusted browser: `ctb_`, the id of the browser, 43 characters that only the browser knows (256 bits), and 22 by which we
 * know a token of ours. An old one can so be told from one that somebody has made up: only the old one says that a token was copied.
 */
export interface BrowserToken {
  text: string;
  browserId: string;
}

const form = /^ctb_([0-9a-z]{26})([\w-]{43})([\w-]{22})$/;
const purpose = 'trusted-browser';
const successor = 'trusted-browser-successor';

/** The first token of a browser. */
export function newBrowserToken(ring: KeyRing, random: Random, browserId: string): string {
  return compose(ring, browserId, Buffer.from(random.bytes(32)).toString('base64url'));
}

/** The token that follows: always the same, so that requests that come together, or again, hear of one and the same. */
export function nextBrowserToken(ring: KeyRing, { text, browserId }: BrowserToken): string {
  return compose(ring, browserId, ring.hash(successor, text));
}

/** Reads a token that was made here, whether it is still good or not. */
export function readBrowserToken(ring: KeyRing, text: string): BrowserToken | undefined {
  const [, name, secret = '', seal = ''] = form.exec(text) ?? [];
  if (name === undefined) return undefined;
  const browserId = `${idPrefixes.browser}_${name}`;
  return equalText(seal, sealOf(ring, browserId, secret)) ? { text, browserId } : undefined;
}

/** How a token is kept. */
export function hashBrowserToken(text: string): string {
  return hashToken(text);
}

function compose(ring: KeyRing, browserId: string, secret: string): string {
  const name = browserId.slice(idPrefixes.browser.length + 1);
  return `ctb_${name}${secret}${sealOf(ring, browserId, secret)}`;
}

function sealOf(ring: KeyRing, browserId: string, secret: string): string {
  return ring.hash(purpose, `${browserId}.${secret}`).slice(0, 22);
}
