import { describe, expect, it } from 'vitest';
import { checkPortalSettings, portalSettings, readPortalSettings } from './settings.ts';

describe('the settings of the door portal', () => {
  it('are refused before they are stored, each mistake by its place', () => {
    const wrong = {
      rest: {},
      portal: { returnUrls: ['https://a.example/', 'javascript:x'], frameAncestors: ['*'], x: 1 },
    };
    const issues = [
      { path: 'doors.portal.returnUrls.1' },
      { path: 'doors.portal.frameAncestors.0' },
      { path: 'doors.portal' },
    ];
    expect(() => checkPortalSettings(wrong)).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
    expect(() => checkPortalSettings(wrong)).toThrow(
      expect.objectContaining({ issues: issues.map((issue) => expect.objectContaining(issue) as unknown) }),
    );
    expect(() => checkPortalSettings({ portal: {} })).not.toThrow();
    expect(() => checkPortalSettings(undefined)).not.toThrow();
  });

  it('send nobody anywhere and let nobody embed a page, unless they say so', () => {
    expect(portalSettings.parse({})).toEqual({ returnUrls: [], frameAncestors: [] });
    expect(readPortalSettings(undefined)).toEqual({ returnUrls: [], frameAncestors: [] });
    expect(readPortalSettings({ returnUrls: ['javascript:alert(1)'] })).toEqual({ returnUrls: [], frameAncestors: [] });
  });

  it.each(['https://app.example.org/', 'https://app.example.org/back?a=1', 'http://localhost:3000/cb'])(
    'take %s as a return URL',
    (url) => {
      expect(portalSettings.safeParse({ returnUrls: [url] }).success).toBe(true);
    },
  );

  it.each([
    'https://app.example.org',
    'https://app.example.org/#x',
    'https://app.example.org/#',
    'https://user:secret@app.example.org/',
    'HTTPS://app.example.org/',
    'https://APP.example.org/',
    'https://app.example.org:443/',
    'https://app.example.org/a/../b',
    'https://app.example.org/ x',
    'https://app.example;x/',
    'https:\\\\app.example.org\\x',
    '//app.example.org/',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://bücher.example/',
    'https://app.example.org/\u2028',
    `https://app.example.org/${'x'.repeat(2000)}`,
  ])('refuse %j, which a browser would spell in another way or not follow at all (WEB-04)', (url) => {
    expect(portalSettings.safeParse({ returnUrls: [url] }).success).toBe(false);
  });

  it.each([
    '*',
    'https://*.example.org',
    'app.example.org',
    'https://app.example.org/',
    "'self'",
    'https:',
    'https://a.example; script-src *',
  ])('refuse %j as an origin that may embed pages (WEB-02)', (origin) => {
    expect(portalSettings.safeParse({ frameAncestors: [origin] }).success).toBe(false);
  });
});
