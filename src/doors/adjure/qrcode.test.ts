import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AdjureFixture, readQrCode, startAdjure } from './adjure.fixture.ts';

let adjure: AdjureFixture;
beforeEach(async () => {
  adjure = await startAdjure();
  await adjure.provision('123');
});
afterEach(() => adjure.close());

async function fetchImage(query: string): Promise<Buffer> {
  const answer = await adjure.fetch(`/user/qrcode?${query}`);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

test('ADJ-40: the answer is a PNG that zbarimg reads', async () => {
  const answer = await adjure.fetch('/user/qrcode?issuer=Adjure&username=Foobar&user_id=123');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('image/png');
  expect(readQrCode(new Uint8Array(await answer.arrayBuffer()))).toMatch(/^otpauth:\/\/totp\//);
});

test('ADJ-41: the payload names digits, secret, algorithm, issuer and period, in this order and always', async () => {
  const uri = readQrCode(await fetchImage('issuer=Adjure&username=Foobar&user_id=123'));
  expect(uri).toMatch(
    /^otpauth:\/\/totp\/Adjure:Foobar\?digits=6&secret=[A-Z2-7]{32}&algorithm=SHA256&issuer=Adjure&period=30$/,
  );
  await adjure.provision('plain', { hash_algorithm: 'SHA1' });
  expect(Object.fromEntries((await adjure.scan('plain')).searchParams)).toMatchObject({
    digits: '6',
    algorithm: 'SHA1',
    period: '30',
  });
});

test('ADJ-42: an @ in the label is percent-encoded', async () => {
  const uri = await adjure.scan('123', 'someissuer', 'ausername@example.org');
  expect([uri.protocol, uri.host, uri.pathname]).toEqual(['otpauth:', 'totp', '/someissuer:ausername%40example.org']);
  expect(uri.searchParams.get('issuer')).toBe('someissuer');
});

test.each(['issuer=Adjure&username=Foobar', 'issuer=Adjure&user_id=123', 'username=Foobar&user_id=123', ''])(
  'ADJ-43: the query %j lacks a parameter and is refused',
  async (query) => {
    const { status, body } = await adjure.get('/user/qrcode', Object.fromEntries(new URLSearchParams(query)));
    expect([status, body.error_code]).toEqual([400, 'INVALID_PARAMS']);
  },
);

test.each(['nobody', '', 'x'.repeat(129)])('ADJ-44: the unknown user %j is answered with 404', async (user_id) => {
  const { status, body } = await adjure.get('/user/qrcode', { issuer: 'Adjure', username: 'Foobar', user_id });
  expect([status, body.error_code]).toEqual([404, 'USER_NOT_FOUND']);
});

test('ADJ-45: the secret stays the same, whatever the label says', async () => {
  const [one, two] = [await adjure.scan('123'), await adjure.scan('123', 'Other', 'bob')];
  expect(one.searchParams.get('secret')).toBe(two.searchParams.get('secret'));
  expect(two.pathname).toBe('/Other:bob');
});

test('ADJ-46: blanks and letters beyond ASCII survive, in label and query', async () => {
  const uri = await adjure.scan('123', 'Zoë & Söhne 北京', 'a b@example.org?x=1#🔑');
  expect(decodeURIComponent(uri.pathname)).toBe('/Zoë & Söhne 北京:a b@example.org?x=1#🔑');
  expect(uri.searchParams.get('issuer')).toBe('Zoë & Söhne 北京');
  expect(uri.href).not.toContain('+');
});

test('ADJ-46: without an issuer the label is the username alone', async () => {
  const uri = readQrCode(await fetchImage('issuer=&username=Foobar&user_id=123'));
  expect(uri).toMatch(/^otpauth:\/\/totp\/Foobar\?.*&issuer=&period=30$/);
  expect(readQrCode(await fetchImage('issuer=Adjure&username=&user_id=123'))).toMatch(/^otpauth:\/\/totp\/Adjure:\?/);
});

test('ADJ-47: an issuer or username that is too long is refused, and never a fault', async () => {
  for (const [issuer, username] of [
    ['x'.repeat(129), 'Foobar'],
    ['x'.repeat(1500), 'Foobar'],
    ['Adjure', 'x'.repeat(129)],
    ['北'.repeat(128), '京'.repeat(128)],
  ] as const) {
    const { status, body } = await adjure.get('/user/qrcode', { issuer, username, user_id: '123' });
    expect([status, body.error_code]).toEqual([400, 'INVALID_PARAMS']);
  }
  expect((await adjure.scan('123', 'x'.repeat(128), 'y'.repeat(128))).searchParams.get('issuer')).toHaveLength(128);
  expect(adjure.faults).toEqual([]);
});

test('ADJ-47: no cache may keep the image', async () => {
  const answer = await adjure.fetch('/user/qrcode?issuer=Adjure&username=Foobar&user_id=123');
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test('ADJ-48: the image is square, of one bit per pixel, in modules of 10 pixels within a margin of 4', async () => {
  const png = await fetchImage('issuer=Adjure&username=Foobar&user_id=123');
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  expect(width).toBe(height);
  expect(png[24]).toBe(1);
  // 17 + 4 · version modules and two margins (ISO/IEC 18004).
  expect(width % 10).toBe(0);
  expect((width / 10 - 8 - 17) % 4).toBe(0);
});

test('sealed after use, the QR code is gone once a code was accepted, and stays until then', async () => {
  await adjure.configure({ sealAfterUse: true });
  const code = await adjure.appCode('123');
  expect(await adjure.authenticate('123', '0')).toBe(400);
  expect((await adjure.scan('123')).searchParams.get('digits')).toBe('6');
  expect(await adjure.authenticate('123', code)).toBe(200);
  const { status, body } = await adjure.get('/user/qrcode', { issuer: 'Adjure', username: 'Foobar', user_id: '123' });
  expect([status, body.error_code]).toEqual([404, 'NOT_FOUND']);
});
