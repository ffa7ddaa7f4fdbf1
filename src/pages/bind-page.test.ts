import { describe, expect, it } from 'vitest';
import { openPortal } from './pages.fixture.ts';

describe('a page that is reached by a ticket', () => {
  it('opens with its ticket', async () => {
    const portal = await openPortal();
    const { ticket } = await portal.beginEnrollment('alice');
    const page = await portal.get(`enrollment/?token=${ticket}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('alice');
  });

  it('says the same of a link that is forged, cut short or missing', async () => {
    const portal = await openPortal();
    const { ticket } = await portal.beginEnrollment('alice');
    const texts = new Set<string>();
    for (const query of ['', '?token=', '?token=x', `?token=${ticket.slice(1)}`, `?token=${ticket.slice(0, -1)}A`]) {
      const page = await portal.get(`enrollment/${query}`);
      expect(page.status).toBe(400);
      texts.add(page.text);
    }
    expect(texts.size).toBe(1);
  });

  it('has one spelling, with a slash at the end', async () => {
    const portal = await openPortal();
    const page = await portal.get('enrollment?token=abc');
    expect([page.status, page.location]).toEqual([308, './enrollment/?token=abc']);
  });
});
