import { describe, expect, onTestFinished, test } from 'vitest';
import type { PolicyOptions } from '../../src/core/policy/policy.ts';
import { createTestEngine } from '../../src/testing/index.ts';

/** A user who has nothing but a telephone, which is renamed so often; the notices that were sent, and the reasons of those that were not. */
async function renameTelephone(times: number, policy: PolicyOptions) {
  const t = await createTestEngine();
  onTestFinished(() => t.close());
  const { devices } = await t.engine.devices.provision(t.caller, {
    user: 'alice',
    devices: [{ kind: 'sms', name: 'Phone', options: { number: '+1 202 555 0123' } }],
  });
  const id = devices[0]?.device.id ?? '';
  const admin = { ...t.system, tenant: t.tenant };
  const integration = await t.engine.integrations.update(admin, t.integration.id, { policy });
  for (let turn = 0; turn < times; turn++) {
    await t.engine.devices.rename({ ...t.caller, integration }, id, `Phone ${turn}`);
  }
  await t.engine.outbox.work();
  const withheld: string[] = [];
  for await (const row of t.engine.audit.export(t.system)) {
    if (row.event === 'notice.withheld') withheld.push(row.reason ?? '');
  }
  return { sent: t.messages.filter(({ template }) => template === 'notice').map(({ to }) => to), withheld };
}

describe('notices by SMS', () => {
  test('are paid for like codes: whoever owns a range of numbers gains by either (SMS-01)', async () => {
    const { sent, withheld } = await renameTelephone(5, { messages: { perPrefix: 2 } });
    expect(sent).toEqual(['+12025550123', '+12025550123']);
    expect(withheld).toEqual(['too_many_messages', 'too_many_messages', 'too_many_messages']);
  });

  test('go to countries that the policy allows, and to no other (SMS-01)', async () => {
    expect(await renameTelephone(1, { allowedPhoneCountries: ['US'] })).toEqual({
      sent: ['+12025550123'],
      withheld: [],
    });
    expect(await renameTelephone(1, { allowedPhoneCountries: ['DE'] })).toEqual({
      sent: [],
      withheld: ['phone_number_not_allowed'],
    });
  });
});
