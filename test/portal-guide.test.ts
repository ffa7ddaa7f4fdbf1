import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { parseOtpauthUri, totp } from '../src/otp/index.ts';
import { startTestServer } from '../src/server/server.fixture.ts';
import { codeBlocks, readMarkdown, repository } from './fixtures/markdown.ts';

const returnUrl = 'https://app.example.org/signed-in';

/** The code of the guide, for this server and this integration. */
async function guideOf(issuer: string, integration: string) {
  const block = codeBlocks(readMarkdown('docs/doors/portal.md')).find(({ info }) => info === 'js verify-result');
  const code = (block?.text ?? '')
    .replace(/const issuer = .*/, `const issuer = '${issuer}';`)
    .replace(/const integration = .*/, `const integration = '${integration}';`);
  const folder = join(repository, '.cache');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `guide-${process.pid}.mjs`);
  writeFileSync(file, code);
  onTestFinished(() => rmSync(file));
  return (await import(pathToFileURL(file).href)) as {
    verifyResult(result: string, session: { state: string; user: string }): Promise<{ user: string; method: string }>;
  };
}

test('an application signs somebody in by the hosted page, as the guide says', async () => {
  const { server, file, call, close } = await startTestServer();
  onTestFinished(close);
  const { engine } = server;
  const system = { tenant: file.tenant as never, actor: { type: 'system' as const, id: 'test' }, door: 'test' };
  await engine.integrations.update(system, file.integration.id, {
    doors: { rest: {}, portal: { returnUrls: [returnUrl] } },
  });

  const begun = await call('/v1/challenges', { user: 'demo', returnUrl, state: '8f1c2b' });
  const { portalUrl } = begun.body as { portalUrl: string };
  // The name of this machine, where browsers offer passkeys; they offer none at an address.
  const url = server.url.replace('127.0.0.1', 'localhost');
  expect(portalUrl.startsWith(`${url}/portal/challenge/?token=`)).toBe(true);
  const page = await fetch(portalUrl);
  expect(page.status).toBe(200);
  const ticket = /name="ticket" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const key = parseOtpauthUri(file.demo.otpauth);
  const code = totp({ ...key, ...(key.type === 'totp' ? { period: key.period } : {}), time: Date.now() });
  const answer = await fetch(`${url}/portal/challenge/`, {
    method: 'POST',
    body: new URLSearchParams({ ticket, action: 'answer', code }),
    redirect: 'manual',
  });
  expect(answer.status).toBe(303);
  const back = new URL(answer.headers.get('location') ?? '');
  expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([returnUrl, '8f1c2b']);

  const guide = await guideOf(`${url}/portal`, file.integration.id);
  const result = back.searchParams.get('result') ?? '';
  const session = { state: '8f1c2b', user: 'demo' };
  expect(await guide.verifyResult(result, session)).toEqual({ user: 'demo', method: 'totp' });
  await expect(guide.verifyResult(result, { ...session, state: 'other' })).rejects.toThrow('another session');
  await expect(guide.verifyResult(result, { ...session, user: 'bob' })).rejects.toThrow('another user');
  const [head, payload = '', signature] = result.split('.');
  const forged = Buffer.from(payload, 'base64url').toString().replace('"demo"', '"root"');
  const altered = `${head}.${Buffer.from(forged).toString('base64url')}.${signature}`;
  await expect(guide.verifyResult(altered, { ...session, user: 'root' })).rejects.toThrow('signature');
});
