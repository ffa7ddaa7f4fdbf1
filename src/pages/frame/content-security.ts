/** What one page may load, and whom it may be shown by, beyond nothing at all. */
export interface Admitted {
  /** The page has a script of ours. */
  scripts?: boolean;
  /** The page connects to us from its script. */
  connects?: boolean;
  /** The page can be installed: it has a manifest and a service worker of ours. */
  installable?: boolean;
  /** A picture of the tenant. */
  logoUrl?: string | undefined;
  /** A stylesheet of the tenant. */
  stylesheetUrl?: string | undefined;
  /** Where a form may lead in the end, by a redirect: browsers hold that against `form-action`, too. */
  returnUrl?: string | undefined;
  /** Origins that may embed the page. */
  frameAncestors?: readonly string[];
}

/** The header fields of every page. */
export function pageHeaders(admitted: Admitted): Record<string, string> {
  const framed = (admitted.frameAncestors ?? []).length > 0;
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': contentSecurityPolicy(admitted),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': framed ? 'cross-origin' : 'same-origin',
    'Permissions-Policy':
      'publickey-credentials-get=(self), publickey-credentials-create=(self), clipboard-write=(self), camera=(), geolocation=(), microphone=(), payment=()',
    // The address of a page holds its ticket.
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    // Browsers that know no frame-ancestors; it cannot name origins.
    ...(framed ? {} : { 'X-Frame-Options': 'DENY' }),
    Vary: 'Accept-Language',
  };
}

/** The policy of one page (CSP Level 3): nothing, but for what the page is known to need. */
export function contentSecurityPolicy(admitted: Admitted): string {
  const { scripts, connects, installable, logoUrl, stylesheetUrl, returnUrl, frameAncestors = [] } = admitted;
  const own = ["'self'"];
  const directives: [name: string, sources: readonly (string | undefined)[] | undefined][] = [
    ['default-src', ["'none'"]],
    ['style-src', ["'self'", pathSource(stylesheetUrl)]],
    ['img-src', ["'self'", 'data:', pathSource(logoUrl)]],
    ['script-src', scripts === true ? own : undefined],
    ['connect-src', connects === true ? own : undefined],
    ['manifest-src', installable === true ? own : undefined],
    ['worker-src', installable === true ? own : undefined],
    ['form-action', ["'self'", returnUrl === undefined ? undefined : new URL(returnUrl).origin]],
    ['frame-ancestors', frameAncestors.length === 0 ? ["'none'"] : frameAncestors],
    ['base-uri', ["'none'"]],
  ];
  return directives
    .flatMap(([name, sources]) => (sources === undefined ? [] : [[name, ...sources.filter(isGiven)].join(' ')]))
    .join('; ');
}

/** A source that is one file: origin and path; a query is no part of a source (CSP §2.3.1). */
function pathSource(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replaceAll(/[;,]/g, encodeURIComponent)}`;
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined;
}
