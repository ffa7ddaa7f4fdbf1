import { expect, onTestFinished, test } from 'vitest';
import { startTestServer } from './server.fixture.ts';

test.each([
  ['rest', '/v1/integration'],
  ['oss2fa', '/integrations/clients/auth'],
  ['adjure', '/healthcheck'],
])('a fault behind the door %s is logged', async (_, path) => {
  const { server, file, lines, close } = await startTestServer();
  onTestFinished(close);
  await server.store.close();
  const response = await fetch(`${server.url}${path}`, { headers: { 'X-Integration-Token': file.integration.token } });
  expect(response.status).toBe(503);
  await response.text();
  expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual(
    expect.objectContaining({ level: 'error', error: 'unavailable', msg: 'a request failed' }),
  );
});
