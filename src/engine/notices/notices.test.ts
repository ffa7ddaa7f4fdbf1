import { describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '../../core/message.ts';
import { DeliveryFailure, renderMessage } from '../../delivery/index.ts';

import type { TestEngine } from '../../testing/index.ts';
import { enrollEmail, enrollTotp, openTestEngine } from '../enrolled.fixture.ts';
import { openOutboxWorld, type OutboxWorld } from '../outbox/outbox.fixture.ts';

const noticesOf = (messages: readonly OutgoingMessage[]) => messages.filter(({ template }) => template === 'notice');

/** What users have been told, as `to: event of device`. */
async function toldOf(t: TestEngine): Promise<string[]> {
  await t.engine.outbox.work();
  const told = noticesOf(t.messages).map(({ to, values }) =>
    `${to}: ${values['event']} ${values['device'] ?? ''}`.trim(),
  );
  t.messages.length = 0;
  return told.toSorted();
}

async function enrollContact(t: TestEngine, user: string, address: string): Promise<string> {
  return (await enrollEmail(t, user, address)).deviceId;
}

describe('a user is told by mail', () => {
  test('of devices that come, go, and change, but a device is not told that it has come (DLV-08)', async () => {
    const t = await openTestEngine();
    const mail = await enrollContact(t, 'alice', 'alice@example.org');
    expect(await toldOf(t)).toEqual([]);
    const { deviceId } = await enrollTotp(t, 'alice');
    expect(await toldOf(t)).toEqual(['alice@example.org: device_added Authenticator app']);
    await t.engine.devices.rename(t.caller, deviceId, 'Phone');
    expect(await toldOf(t)).toEqual(['alice@example.org: device_renamed Phone']);
    await t.engine.devices.setStatus(t.caller, deviceId, 'suspended');
    expect(await toldOf(t)).toEqual(['alice@example.org: device_suspended Phone']);
    await t.engine.devices.remove(t.caller, deviceId);
    expect(await toldOf(t)).toEqual(['alice@example.org: device_removed Phone']);
    await enrollContact(t, 'alice', 'other@example.org');
    expect(await toldOf(t)).toEqual(['alice@example.org: device_added E-mail o•••r@example.org']);
    // Also the address that goes is told, once more.
    await t.engine.devices.remove(t.caller, mail);
    expect(await toldOf(t)).toEqual([
      'alice@example.org: device_removed E-mail a•••e@example.org',
      'other@example.org: device_removed E-mail a•••e@example.org',
    ]);
  });

  test('of new recovery codes, and of devices that somebody else has made', async () => {
    const t = await openTestEngine();
    const { userId } = await enrollEmail(t, 'alice');
    await toldOf(t);
    await t.engine.devices.provision(t.caller, { user: 'alice', devices: [{ kind: 'totp', name: 'App' }] });
    expect(await toldOf(t)).toEqual(['alice@example.org: device_added App']);
    await t.engine.devices.regenerateRecoveryCodes(t.caller, userId);
    await toldOf(t);
    await t.engine.devices.regenerateRecoveryCodes(t.caller, userId);
    expect(await toldOf(t)).toEqual(['alice@example.org: recovery_codes_replaced Recovery codes']);
  });

  test('of a lock, once', async () => {
    const t = await openTestEngine();
    await enrollEmail(t, 'alice');
    const { wrong } = await enrollTotp(t, 'alice');
    await toldOf(t);
    for (let guess = 0; guess < 12; guess++) {
      await t.engine.verify(t.caller, { user: 'alice', answer: { code: wrong() } }).catch(() => undefined);
    }
    expect(await toldOf(t)).toEqual(['alice@example.org: user_locked']);
  });

  test('only so often: who makes his account change does not fill his mailbox', async () => {
    const t = await openTestEngine();
    const { deviceId } = await enrollEmail(t, 'alice');
    await toldOf(t);
    for (let number = 0; number < 15; number++) await t.engine.devices.rename(t.caller, deviceId, `name ${number}`);
    expect(await toldOf(t)).toHaveLength(10);
    const withheld = await t.engine.audit.query({ ...t.system, tenant: t.tenant }, { event: 'notice.withheld' });
    expect(withheld.items).toHaveLength(5);
    t.clock.advance(3_600_000);
    await t.engine.devices.rename(t.caller, deviceId, 'later');
    expect(await toldOf(t)).toHaveLength(1);
  });

  test('in his language, with who, when and where, without a secret and without a link', async () => {
    const t = await openTestEngine();
    await enrollEmail(t, 'alice');
    const context = { language: 'de-AT,de;q=0.9', ip: '192.0.2.7' };
    const begun = await t.engine.enrollments.begin(t.caller, { user: 'alice', context });
    const options = { kind: 'email', options: { address: 'alice@example.com' } };
    await t.engine.enrollments.prepare(t.caller, begun.id, options);
    const mail = t.messages.at(-1);
    expect(mail).toMatchObject({ to: 'alice@example.com', language: 'de-AT,de;q=0.9' });
    const code = mail?.values['code'] ?? '';
    await t.engine.enrollments.complete(t.caller, begun.id, { code });
    await t.engine.outbox.work();
    const [notice] = noticesOf(t.messages);
    if (notice === undefined) throw new Error('nobody was told');
    const { subject, text, html = '' } = renderMessage(notice);
    expect(subject).toBe('Ihrem Konto wurde ein Gerät hinzugefügt');
    expect(text).toContain('Konto: alice, Default');
    expect(text).toContain('192.0.2.7');
    expect(text).toMatch(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    for (const part of [subject, text, html]) {
      expect(part).not.toContain(code);
      expect(part).not.toMatch(/https?:|href|www\./);
    }
  });
});

describe('a notice', () => {
  const tell = async (t: OutboxWorld) => {
    const [user] = (await t.engine.users.list(t.caller)).items;
    const [device] = await t.engine.devices.list(t.caller, user?.id ?? '');
    await t.engine.devices.rename(t.caller, device?.id ?? '', `Mail ${t.clock.now()}`);
    await t.engine.outbox.work();
  };
  const world = async () => {
    const t = await openOutboxWorld();
    await t.engine.devices.provision(t.caller, {
      user: 'alice',
      devices: [{ kind: 'email', options: { address: 'alice@example.org' } }],
    });
    return t;
  };

  test('is not lost while the mail server is down, and comes when it is back, once (DLV-08)', async () => {
    const t = await world();
    t.behave(new DeliveryFailure('down', { mayHaveArrived: true }));
    await tell(t);
    t.clock.advance(29_000);
    expect(await t.engine.outbox.work()).toMatchObject({ postponed: 0 });
    t.clock.advance(1000);
    expect(await t.engine.outbox.work()).toMatchObject({ postponed: 1 });
    t.behave('take');
    t.clock.advance(120_000);
    expect(await t.engine.outbox.work()).toMatchObject({ sent: 1 });
    t.clock.advance(86_400_000);
    expect(await t.engine.outbox.work()).toMatchObject({ sent: 0 });
    expect(t.delivered).toHaveLength(1);
    expect(t.tried.get(t.delivered[0]?.about.id ?? '')).toBe(3);
  });

  test('is given up after eight tries in about four hours, which the trail tells', async () => {
    const t = await world();
    const start = t.clock.now();
    t.behave(new DeliveryFailure('down'));
    await tell(t);
    while ((await t.rows()).some(({ state }) => state === 'pending')) {
      const [row] = await t.rows();
      t.clock.set(row?.next_attempt_at ?? 0);
      await t.engine.outbox.work();
    }
    expect([...t.tried.values()]).toEqual([8]);
    expect(t.clock.now() - start).toBeGreaterThan(3 * 3_600_000);
    expect(t.clock.now() - start).toBeLessThan(5 * 3_600_000);
    expect(await t.rows()).toMatchObject([{ state: 'failed', message: null, last_error: 'down' }]);
    const { items } = await t.engine.audit.query({ ...t.system, tenant: t.tenant }, { event: 'message.failed' });
    expect(items).toMatchObject([{ detail: { channel: 'mail', purpose: 'notice' } }]);
  });

  test('for nobody is given up at once', async () => {
    const t = await world();
    t.behave(new DeliveryFailure('no such mailbox', { permanent: true }));
    await tell(t);
    expect(await t.rows()).toMatchObject([{ state: 'failed', attempts: 1 }]);
  });

  test('that nobody could send for a day is given up', async () => {
    const t = await world();
    t.behave(new DeliveryFailure('down'));
    await tell(t);
    t.behave('take');
    t.clock.advance(86_400_000);
    expect(await t.engine.outbox.work()).toMatchObject({ failed: 1, sent: 0 });
  });

  test('is not sent when the change that it tells of was not made', async () => {
    const t = await world();
    const [user] = (await t.engine.users.list(t.caller)).items;
    const [device] = await t.engine.devices.list(t.caller, user?.id ?? '');
    await t.engine.devices.provision(t.caller, { user: 'alice', devices: [{ kind: 'totp', name: 'Taken' }] });
    await t.engine.outbox.work();
    t.delivered.length = 0;
    await expect(t.engine.devices.rename(t.caller, device?.id ?? '', 'Taken')).rejects.toMatchObject({
      code: 'already_exists',
    });
    await t.engine.outbox.work();
    expect(t.delivered).toEqual([]);
  });
});
