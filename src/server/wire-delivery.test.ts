import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { systemRandom } from '../core/random.ts';
import { createKeyFile, keyRing } from '../crypto/index.ts';
import { resolveConfig } from './config/resolve-config.ts';
import { wireDelivery } from './wire-delivery.ts';

test('a browser names no server of a network that an operator has opened for his gateways (OUT-01)', async () => {
  let asked = 0;
  const house = createServer((socket) => {
    asked++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    house.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void house.close());
  const { port } = house.address() as AddressInfo;
  const file = `outbound: {allowedNetworks: [127.0.0.0/8]}\nwebPush: {enabled: true, subject: "mailto:a@example.org"}`;
  const ring = keyRing(createKeyFile(systemRandom, 0));
  const keys = { ring: () => ring, refresh: () => undefined };
  const config = resolveConfig({ file, env: {} });
  const delivery = wireDelivery(config, { keys, clock: systemClock, random: systemRandom });
  const { publicKey } = ring.pushKey();
  const question = {
    channel: 'push' as const,
    to: `https://127.0.0.1:${port}/`,
    target: { p256dh: publicKey, auth: Buffer.alloc(16, 1).toString('base64url') },
    template: 'question',
    values: { issuer: 'Portal', user: 'alice', seconds: '300' },
  };
  const sent = delivery.deliver(question, { tenant: 'tnt_1', tenantName: 'Example', id: 'msg_1' });
  await expect(sent).rejects.toMatchObject({ detail: expect.stringContaining('may not be reached') as string });
  expect(asked).toBe(0);
});
