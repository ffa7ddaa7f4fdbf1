import { describe, expect, it } from 'vitest';
import { resolveConfig } from './resolve-config.ts';

const webPushOf = (file: string) => resolveConfig({ file, env: {} }).webPush;

describe('Web Push in the configuration', () => {
  it('is off unless it is switched on', () => {
    expect(webPushOf('')).toBeUndefined();
    expect(webPushOf('webPush: {subject: "mailto:admin@example.org"}')).toBeUndefined();
  });

  it('tells push services the subject, or the public URL where that is https', () => {
    const url = 'publicUrl: https://2fa.example.org';
    expect(webPushOf(`${url}\nwebPush: {enabled: true}`)).toEqual({ subject: 'https://2fa.example.org' });
    expect(webPushOf(`${url}\nwebPush: {enabled: true, subject: "mailto:admin@example.org"}`)).toEqual({
      subject: 'mailto:admin@example.org',
    });
  });

  it.each(['', 'publicUrl: http://127.0.0.1:8300'])('does not start without either (%j)', (more) => {
    expect(() => webPushOf(`${more}\nwebPush: {enabled: true}`)).toThrow(
      expect.objectContaining({
        code: 'misconfigured',
        issues: [{ path: 'webPush.subject', message: expect.any(String) }],
      }),
    );
  });

  it.each(['admin@example.org', 'http://example.org', 'mailto:', 'https://'])('refuses %j as a subject', (subject) => {
    expect(() => webPushOf(`webPush: {enabled: true, subject: "${subject}"}`)).toThrow(
      expect.objectContaining({ code: 'misconfigured' }),
    );
  });
});
