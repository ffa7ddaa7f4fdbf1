import { onTestFinished, expect, test } from 'vitest';
import { platformTenant, type TenantId } from '../core/ids.ts';
import { startTestServer } from './server.fixture.ts';

test('who shows no token at the Adjure door is not let in while the tenant is disabled (TEN-09)', async () => {
  const { server, file, close } = await startTestServer();
  onTestFinished(close);
  const setActive = (active: boolean) =>
    server.engine.tenants.setActive(
      { tenant: platformTenant, actor: { type: 'system', id: 'test' }, door: 'test' },
      file.tenant as TenantId,
      active,
    );
  const ask = async () => {
    const response = await fetch(`${server.url}/user/auth_code?user_id=nobody`);
    return { status: response.status, body: await response.json() };
  };
  const open = await ask();
  expect(open).toMatchObject({ status: 400, body: { error_code: 'USER_NOT_FOUND' } });
  await setActive(false);
  expect(await ask()).toMatchObject({ status: 401, body: { error_code: 'UNAUTHORIZED' } });
  await setActive(true);
  expect(await ask()).toEqual(open);
});
