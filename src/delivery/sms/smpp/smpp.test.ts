import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { generateCertificate } from '../../../../test/fixtures/certificate.ts';
import { foldToGsm7 } from '../gsm7.ts';
import { type CentreScript, type MessageCentre, startMessageCentre, unit } from './message-centre.fixture.ts';
import { encodePdu, pduReader } from './pdu.ts';
import { smpp, type SmppOptions } from './smpp.ts';

const text = '042179 is your code for Example.\n\n@example.org #042179';
const sms = { to: '+12025550123', text, id: 'msg_1' };

function gatewayTo({ port }: Pick<MessageCentre, 'port'>, options: Partial<SmppOptions> = {}) {
  const gateway = smpp({
    host: '127.0.0.1',
    port,
    tls: false,
    timeoutMs: 2000,
    systemId: 'countersign',
    password: 'pw-secret',
    systemType: 'OTP',
    from: 'Example',
    longMessages: 'udh',
    enquireLinkMs: 60_000,
    ...options,
  });
  onTestFinished(() => gateway.close?.());
  return gateway;
}

/** What a centre that behaves so leaves of a message. */
async function outcomeAt(script: CentreScript, message = sms) {
  const centre = await startMessageCentre(script);
  const outcome = await gatewayTo(centre, { timeoutMs: 300 }).send(message);
  expect(JSON.stringify(outcome)).not.toMatch(/042179|2025550123|pw-secret/);
  return outcome;
}

/** Octets of the default alphabet as they stand on the wire; `@` is 0. */
const wire = (plain: string) => Buffer.from(plain.replaceAll('@', '\0'), 'latin1');

describe('a message centre over SMPP', () => {
  test('is bound as a transmitter of version 3.4, and given the message in its default alphabet', async () => {
    const centre = await startMessageCentre();
    expect(await gatewayTo(centre).send(sms)).toEqual({ taken: true });
    expect(centre.bound).toEqual([
      { systemId: 'countersign', password: 'pw-secret', systemType: 'OTP', version: 0x34 },
    ]);
    expect(centre.submitted).toEqual([
      {
        from: { type: 5, plan: 0, digits: 'Example' },
        to: { type: 1, plan: 1, digits: '12025550123' },
        esmClass: 0,
        coding: 0,
        message: wire(text),
        optional: new Map(),
      },
    ]);
  });

  test.each([
    ['+12025550199', { type: 1, plan: 1, digits: '12025550199' }],
    ['12345', { type: 3, plan: 0, digits: '12345' }],
    ['My App', { type: 5, plan: 0, digits: 'My App' }],
  ])('is told that %s is %j', async (from, expected) => {
    const centre = await startMessageCentre();
    await gatewayTo(centre, { from }).send(sms);
    expect(centre.submitted[0]?.from).toEqual(expected);
  });

  test('is given another script in UCS-2', async () => {
    const centre = await startMessageCentre();
    await gatewayTo(centre).send({ ...sms, text: '例 042179 🔑' });
    expect(centre.submitted[0]).toMatchObject({
      coding: 8,
      message: Buffer.from('例 042179 🔑', 'utf16le').swap16(),
    });
  });

  test('is given a long text in numbered parts, or whole where it wants that', async () => {
    const centre = await startMessageCentre();
    const long = `${'x'.repeat(150)} 042179 ${'y'.repeat(40)}`;
    expect(await gatewayTo(centre).send({ ...sms, text: long })).toEqual({ taken: true });
    const [first, second, ...others] = centre.submitted;
    expect([first?.esmClass, second?.esmClass, others]).toEqual([0x40, 0x40, []]);
    const headers = [first, second].map((part) => [...(part?.message.subarray(0, 6) ?? [])]);
    expect(headers).toEqual([
      [5, 0, 3, headers[0]?.[3], 2, 1],
      [5, 0, 3, headers[0]?.[3], 2, 2],
    ]);
    const parts = [first, second].map((part) => part?.message.subarray(6).toString('latin1') ?? '');
    expect(parts.map(({ length }) => length)).toEqual([153, 45]);
    expect(parts.join('')).toBe(long);

    await gatewayTo(centre, { longMessages: 'payload' }).send({ ...sms, text: long });
    expect(centre.submitted[2]).toMatchObject({ esmClass: 0, message: Buffer.alloc(0) });
    expect(centre.submitted[2]?.optional.get(0x0424)?.toString('latin1')).toBe(long);
  });

  test('keeps one connection for many messages, and is said goodbye to', async () => {
    const centre = await startMessageCentre();
    const gateway = gatewayTo(centre);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => gateway.send(sms)));
    expect(new Set(outcomes.map((outcome) => outcome.taken))).toEqual(new Set([true]));
    expect(centre.submitted).toHaveLength(20);
    expect(centre.bound).toHaveLength(1);
    await gateway.close?.();
    expect(centre.commands.at(-1)).toBe(0x06);
  });

  test('is tried while nobody sends, and answered when it tries us', async () => {
    const centre = await startMessageCentre();
    await gatewayTo(centre, { enquireLinkMs: 20 }).send(sms);
    await expect.poll(() => centre.commands.filter((command) => command === 0x15).length).toBeGreaterThan(1);
    centre.say(0x15);
    await expect.poll(() => centre.commands).toContain(0x80000015);
    // A command that is none of a transmitter's (deliver_sm) gets generic_nack.
    centre.say(0x05);
    await expect.poll(() => centre.commands).toContain(0x80000000);
  });

  test('is left when nobody has sent anything for long, and bound anew with the next message', async () => {
    const centre = await startMessageCentre();
    const gateway = gatewayTo(centre, { enquireLinkMs: 5 });
    await gateway.send(sms);
    await expect.poll(() => centre.commands).toContain(0x06);
    await expect.poll(() => centre.connections()).toBe(0);
    expect(await gateway.send(sms)).toEqual({ taken: true });
    expect(centre.bound).toHaveLength(2);
  });

  test('that has gone in the meantime is bound anew, once, and gets each message once', async () => {
    const centre = await startMessageCentre();
    const gateway = gatewayTo(centre);
    await gateway.send(sms);
    centre.hangUp();
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map(() => gateway.send(sms)));
    expect(outcomes.every(({ taken }) => taken)).toBe(true);
    expect(centre.bound).toHaveLength(2);
    expect(centre.submitted).toHaveLength(6);
  });

  test('that ends the session is left alone, and bound anew with the next message', async () => {
    const centre = await startMessageCentre();
    const gateway = gatewayTo(centre);
    await gateway.send(sms);
    centre.say(0x06);
    await expect.poll(() => centre.commands).toContain(0x80000006);
    expect(await gateway.send(sms)).toEqual({ taken: true });
    expect(centre.bound).toHaveLength(2);
  });
});

describe('what a message centre does wrong', () => {
  const submit = 0x04;
  const bind = 0x02;

  test.each<[string, CentreScript, 'refused' | 'unclear', string]>([
    ['refuses the bind', (which) => (which === bind ? 0x0e : 0), 'refused', '0xe'],
    ['does not answer the bind', (which) => (which === bind ? 'silence' : 0), 'refused', 'ms'],
    ['hangs up at the bind', (which) => (which === bind ? 'hang-up' : 0), 'refused', 'hung up'],
    ['throttles', (which) => (which === submit ? 0x58 : 0), 'refused', '0x58'],
    ['refuses the number', (which) => (which === submit ? 0x0b : 0), 'refused', '0xb'],
    ['breaks at the message', (which) => (which === submit ? 0x08 : 0), 'unclear', '0x8'],
    ['does not answer the message', (which) => (which === submit ? 'silence' : 0), 'unclear', 'ms'],
    ['hangs up at the message', (which) => (which === submit ? 'hang-up' : 0), 'unclear', 'hung up'],
  ])('%s: leaves the message as it says', async (_, script, certainty, reason) => {
    expect(await outcomeAt(script)).toMatchObject({
      taken: false,
      certainty,
      reason: expect.stringContaining(reason) as string,
    });
  });

  test('takes one part of two: the message may come', async () => {
    const script: CentreScript = (which, turn) => (which === submit && turn === 2 ? 0x58 : 0);
    expect(await outcomeAt(script, { ...sms, text: 'x'.repeat(200) })).toMatchObject({ certainty: 'unclear' });
  });

  test('answers nothing: ten messages wait for it, and no other is given to it', async () => {
    const centre = await startMessageCentre((which) => (which === submit ? 'silence' : 0));
    const gateway = gatewayTo(centre, { timeoutMs: 300 });
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => gateway.send(sms)));
    const certainties = outcomes.map((outcome) => (outcome.taken ? 'taken' : outcome.certainty));
    expect(certainties.filter((certainty) => certainty === 'unclear')).toHaveLength(10);
    expect(certainties.filter((certainty) => certainty === 'refused')).toHaveLength(20);
    expect(centre.submitted).toHaveLength(10);
  });

  test('cannot be reached: certainly it has nothing', async () => {
    const centre = await startMessageCentre();
    const gateway = gatewayTo({ port: 1 });
    expect(await gateway.send(sms)).toMatchObject({ taken: false, certainty: 'refused' });
    expect(centre.commands).toEqual([]);
  });

  test('answers what no unit is: the connection is given up', async () => {
    const centre = await startMessageCentre();
    const gateway = gatewayTo(centre);
    await gateway.send(sms);
    centre.sayRaw(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await expect.poll(() => centre.connections()).toBe(0);
    expect(await gateway.send(sms)).toEqual({ taken: true });
  });

  test('answers for a command that was never given: nothing comes of it', async () => {
    const centre = await startMessageCentre();
    const gateway = gatewayTo(centre);
    await gateway.send(sms);
    centre.sayRaw(unit(0x80000004, 0, 9999, Buffer.from('id\0')));
    expect(await gateway.send(sms)).toEqual({ taken: true });
    expect(centre.bound).toHaveLength(1);
  });
});

describe('a message centre over TLS', () => {
  test('is spoken to when its certificate is trusted, and not otherwise (OUT-06)', async () => {
    const certificate = await generateCertificate();
    const centre = await startMessageCentre(() => 0, certificate);
    const trusting = gatewayTo(centre, { host: 'localhost', tls: true, ca: certificate.cert });
    expect(await trusting.send(sms)).toEqual({ taken: true });
    for (const options of [{ host: 'localhost' }, { host: '127.0.0.2', ca: certificate.cert }]) {
      const outcome = await gatewayTo(centre, { tls: true, ...options }).send(sms);
      expect(outcome).toMatchObject({ taken: false, certainty: 'refused' });
    }
    expect(centre.bound).toHaveLength(1);
  });
});

describe('units of SMPP', () => {
  test('are read in whatever pieces they come', () => {
    const number = fc.nat(0xffffffff);
    const pdu = fc.record({ id: number, status: number, sequence: number, body: fc.uint8Array({ maxLength: 200 }) });
    fc.assert(
      fc.property(fc.array(pdu, { maxLength: 5 }), fc.integer({ min: 1, max: 50 }), (pdus, size) => {
        const octets = Buffer.concat(pdus.map(encodePdu));
        const read = pduReader();
        const found = Array.from({ length: Math.ceil(octets.length / size) }, (_, index) =>
          read(octets.subarray(index * size, (index + 1) * size)),
        ).flat();
        expect(found.map((each) => ({ ...each, body: Uint8Array.from(each.body) }))).toEqual(pdus);
      }),
    );
  });

  test.each([0, 15, 65_537, 0xffffffff])('of %i octets are none', (length) => {
    const head = Buffer.alloc(16);
    head.writeUInt32BE(length);
    expect(() => pduReader()(head)).toThrow(RangeError);
  });
});

test('a text that was folded for SMS is what the centre is given', async () => {
  const centre = await startMessageCentre();
  await gatewayTo(centre).send({ ...sms, text: foldToGsm7('“Zoë” €5') });
  expect(centre.submitted[0]).toMatchObject({ coding: 0, message: Buffer.from('"Zoe" \x1be5', 'latin1') });
});
