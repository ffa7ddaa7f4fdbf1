import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../core/random.ts';
import { createKeyFile, keyRing, openTicket, rotateSealingKey, sealTicket } from './index.ts';

const file = createKeyFile(systemRandom, 0);
const ring = keyRing(file);
const now = Date.UTC(2026, 0, 31, 12);
const payload = { tenant: 'tnt_a', challenge: 'chl_1' };
const ticket = sealTicket(ring, 'challenge', payload, now + 60_000, systemRandom);

describe('a sealed ticket', () => {
  it('carries any JSON to whoever holds the keys, rotated or not', () => {
    fc.assert(
      fc.property(fc.string(), fc.json(), fc.nat(), (purpose, json, wait) => {
        const value: unknown = JSON.parse(json);
        const text = sealTicket(ring, purpose, value, now + wait + 1, systemRandom);
        const elsewhere = keyRing(rotateSealingKey(file, systemRandom, now));
        expect(openTicket(elsewhere, purpose, text, now + wait)).toEqual(value);
      }),
    );
  });

  it('opens until the millisecond before it expires', () => {
    expect(openTicket(ring, 'challenge', ticket, now + 59_999)).toEqual(payload);
    expect(openTicket(ring, 'challenge', ticket, now + 60_000)).toBeUndefined();
    expect(openTicket(ring, 'challenge', ticket, now + 1e9)).toBeUndefined();
  });

  it('opens for its own purpose only', () => {
    for (const purpose of ['', 'challeng', 'challenge2', 'enrollment', 'Challenge']) {
      expect(openTicket(ring, purpose, ticket, now)).toBeUndefined();
    }
  });

  it('does not open when any one character is cut, changed or added (RND-06)', () => {
    for (let index = 0; index < ticket.length; index += 1) {
      const other = ticket.charAt(index) === 'A' ? 'B' : 'A';
      expect(openTicket(ring, 'challenge', ticket.slice(0, index), now)).toBeUndefined();
      expect(openTicket(ring, 'challenge', ticket.slice(index + 1), now)).toBeUndefined();
      expect(
        openTicket(ring, 'challenge', ticket.slice(0, index) + other + ticket.slice(index + 1), now),
      ).toBeUndefined();
    }
    for (const text of [`${ticket}A`, `${ticket}=`, `${ticket} `, `.${ticket}`]) {
      expect(openTicket(ring, 'challenge', text, now)).toBeUndefined();
    }
  });

  it('does not open with the keys of another installation, nor when it never was one', () => {
    expect(openTicket(keyRing(createKeyFile(systemRandom, 0)), 'challenge', ticket, now)).toBeUndefined();
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String()), (text) => {
        expect(openTicket(ring, 'challenge', text, now)).toBeUndefined();
      }),
    );
  });

  it('of the first release still opens, so that nodes of two releases can work side by side', () => {
    const hashing = Buffer.alloc(32, 2).toString('base64');
    const text = '0AR54ZcwPFj2Ye2h-h_B8B6aoJtm2pczx-_k4kMXG7nW488tHWcwECFow8Ar2sj1L1q3OyJr7A';
    expect(openTicket(keyRing({ ...file, hashing }), 'challenge', text, now)).toEqual({ challenge: 'chl_1' });
  });

  it('shows nothing of what it carries, and is short', () => {
    expect(Buffer.from(ticket, 'base64url').toString('latin1')).not.toContain('tnt_a');
    expect(ticket.length).toBe(Math.ceil(((12 + 6 + JSON.stringify(payload).length + 16) * 4) / 3));
  });
});
