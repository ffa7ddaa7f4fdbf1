import { describe, expect, it } from 'vitest';
import { openPortal } from '../pages.fixture.ts';
import { giveTotp, openChallenge, openReader } from '../visit-page.fixture.ts';

const nobody =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

function directive(headers: Headers, name: string): string | undefined {
  const policy = headers.get('content-security-policy') ?? '';
  return policy.split('; ').find((each) => each.startsWith(`${name} `));
}

describe('the header of a page', () => {
  it('lets it load, run and be embedded by nothing, whatever the answer is (WEB-02, WEB-03, WEB-11)', async () => {
    const portal = await openPortal();
    const { ticket } = await portal.beginEnrollment('alice');
    const page = await portal.get(`enrollment/?token=${ticket}`);
    const answers = [
      page,
      await portal.get('enrollment/?token=x'),
      await portal.get('nothing/here'),
      await portal.submit('enrollment/', page, 'choose', { kind: 'totp' }),
      await portal.get(`enrollment/?token=${ticket}`),
      await portal.post('enrollment/', {}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 404, 303, 200, 400]);
    for (const { headers } of answers) {
      expect(headers.get('content-security-policy')).toBe(nobody);
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
      expect(headers.get('permissions-policy')).toContain('publickey-credentials-get=(self)');
      expect(headers.get('set-cookie')).toBeNull();
    }
    for (const { html } of answers) expect(html).not.toMatch(/<script|\son\w+=|style="|javascript:/);
  });

  it('lets a script run only where the page cannot do without, and only ours', async () => {
    const portal = await openPortal();
    const reader = await openReader(portal, 'enrollment', (await portal.beginEnrollment('alice')).ticket);
    const passkey = await reader.submit('choose', { kind: 'webauthn' });
    expect(directive(passkey.headers, 'script-src')).toBe("script-src 'self'");
    expect(passkey.html.match(/<script[^>]*>/g)).toEqual([
      expect.stringMatching(/src="\.\.\/assets\/[\w-]+\.js" defer/),
    ]);
    const other = await reader.submit('restart');
    expect(directive(other.headers, 'script-src')).toBeUndefined();
  });

  it('names the files of the tenant, and the application that may embed', async () => {
    const frameAncestors = ['https://app.example.org', 'https://intranet.example.org'];
    const portal = await openPortal({ settings: { frameAncestors } });
    const theme = {
      name: 'Harbour & Sons <b>',
      logoUrl: 'https://files.example.org/logo.svg?v=2',
      stylesheetUrl: 'https://files.example.org/2fa.css',
      primaryColor: '#AA3300',
    };
    await portal.engine.settings.set({ ...portal.system, tenant: portal.tenant }, 'theme', theme);
    const { ticket } = await portal.beginEnrollment('alice');
    const { headers, html, text } = await portal.get(`enrollment/?token=${ticket}`);
    expect(directive(headers, 'img-src')).toBe("img-src 'self' data: https://files.example.org/logo.svg");
    expect(directive(headers, 'style-src')).toBe("style-src 'self' https://files.example.org/2fa.css");
    expect(directive(headers, 'frame-ancestors')).toBe(`frame-ancestors ${frameAncestors.join(' ')}`);
    expect(headers.get('x-frame-options')).toBeNull();
    expect(text).toContain('Harbour & Sons <b>');
    expect(html).toContain('<title>Protect your account – Harbour &amp; Sons &lt;b&gt;</title>');
    expect(html).toContain('src="https://files.example.org/logo.svg?v=2"');
    expect(html).toContain('href="https://files.example.org/2fa.css"');
    expect(html).toContain('href="../assets/accent-aa3300.css"');
  });

  it('lets a form lead to the application that asked, and nowhere else', async () => {
    const portal = await openPortal();
    await giveTotp(portal, 'alice');
    const { reader } = await openChallenge(portal, 'alice');
    expect(directive(reader.page().headers, 'form-action')).toBe("form-action 'self' https://app.example.org");
  });
});

describe('the files of the pages', () => {
  it('are named after their content and may be kept for ever', async () => {
    const portal = await openPortal();
    const { html } = await portal.get('nothing');
    const paths = Array.from(html.matchAll(/(?:href|src)="\.\/(assets\/[^"]+)"/g), ([, path = '']) => path);
    expect(paths).toHaveLength(4);
    for (const path of paths) {
      const { status, headers } = await portal.get(path);
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    for (const path of [
      'assets/x.css',
      'assets/accent-zzzzzz.css',
      'assets/..%2f..%2fsettings.ts',
      'assets/portal.css',
    ]) {
      expect((await portal.get(path)).status).toBe(404);
    }
  });
});
