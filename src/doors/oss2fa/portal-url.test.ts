import { describe, expect, it } from 'vitest';
import { hostedPages } from '../../pages/index.ts';
import { openWire } from './oss2fa.fixture.ts';

interface WithLink {
  pk: number;
  portal_url?: string;
}

async function openPortalWire(endpoint = 'https://2fa.example.org/portal') {
  const wire = await openWire();
  await wire.configure({ endpoint, doors: { oss2fa: {}, portal: {} } });
  const { app } = hostedPages({ engine: wire.engine, clock: wire.clock, publicUrl: () => 'https://2fa.example.org' });
  const open = async (url = '') => {
    const response = await app.request(url, {}, { source: '192.0.2.1', secure: true });
    return { status: response.status, text: await response.text() };
  };
  return { ...wire, open };
}

describe('portal links (OSS-78)', () => {
  it('lead from an enrollment to the page on which a device is added, and run out with it', async () => {
    const wire = await openPortalWire();
    const { body } = await wire.post<WithLink>('/integration/enrollments', { username: 'alice' });
    expect(body.portal_url).toMatch(/^https:\/\/2fa\.example\.org\/portal\/enrollment\/\?token=[\w-]+$/);
    const page = await wire.open(body.portal_url);
    expect(page.status).toBe(200);
    expect(page.text).toContain('alice');
    wire.clock.advance(86_400_000);
    expect(await wire.open(body.portal_url)).toMatchObject({ status: 400 });
  });

  it('lead from a challenge to the page on which it is answered; whose signature is altered leads nowhere', async () => {
    const wire = await openPortalWire('https://2fa.example.org/portal/');
    await wire.enroll('alice');
    wire.clock.advance(30_000);
    const { body } = await wire.post<WithLink>('/integration/challenges', { username: 'alice' });
    expect(body.portal_url).toMatch(/^https:\/\/2fa\.example\.org\/portal\/challenge\/\?token=[\w-]+$/);
    expect(await wire.open(body.portal_url)).toMatchObject({ status: 200 });
    expect(await wire.open(`${body.portal_url?.slice(0, -4)}AAAA`)).toMatchObject({ status: 400 });
    expect(await wire.open(body.portal_url?.replace('/challenge/', '/enrollment/'))).toMatchObject({ status: 400 });
  });

  it('are there only with an endpoint and the door portal, and only while there is something to do', async () => {
    const wire = await openPortalWire();
    const { pk } = await wire.enroll('alice');
    const { body } = await wire.get<WithLink>(`/integration/enrollments/${pk}`);
    expect(body).not.toHaveProperty('portal_url');
    await wire.configure({ doors: { oss2fa: {} } });
    const closed = await wire.post<WithLink>('/integration/enrollments', { username: 'bob' });
    expect(closed.body).not.toHaveProperty('portal_url');
    await wire.configure({ endpoint: '', doors: { oss2fa: {}, portal: {} } });
    const bare = await wire.post<WithLink>('/integration/enrollments', { username: 'carol' });
    expect(bare.body).not.toHaveProperty('portal_url');
  });
});
