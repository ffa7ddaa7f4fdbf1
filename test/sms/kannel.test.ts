import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { TestServer } from '../../src/server/server.fixture.ts';
import { type Kannel, startKannel } from './kannel.fixture.ts';
import {
  askForDevice,
  codeIn,
  enrollTelephone,
  type GatewayConfig,
  kannelGateway,
  setPolicy,
  startSmsServer,
} from './sms-server.fixture.ts';

// A served installation, a real gateway (Kannel) and its message centre: what is asserted is what left for the telephone.

let kannel: Kannel;
beforeAll(async () => {
  kannel = await startKannel();
});
afterAll(() => kannel.stop());

async function served(gateways: GatewayConfig[], kind?: Record<string, string>): Promise<TestServer> {
  const server = await startSmsServer(gateways, kind);
  onTestFinished(() => server.close());
  return server;
}

/** The messages that come from now on. */
function fromNowOn() {
  const before = kannel.received().length;
  return {
    count: () => kannel.received().length - before,
    atLeast: async (count: number) => (await kannel.receivedAtLeast(before + count)).slice(before),
    code: async (count: number) => codeIn((await kannel.receivedAtLeast(before + count)).at(-1)?.text),
  };
}

describe('a telephone behind Kannel', () => {
  test('is enrolled, challenged and accepted once, over HTTP from end to end (OSS-47)', async () => {
    const server = await served([kannelGateway(kannel)], { origin: 'login.example.org' });
    const phone = fromNowOn();
    await enrollTelephone(server, 'alice', '+1 202 555 0101', () => phone.code(1));

    const { status, body } = await server.call('/v1/challenges', { user: 'alice' });
    expect(status).toBe(201);
    const { id } = body as { id: string };
    const code = await phone.code(2);
    const [, message] = await phone.atLeast(2);
    expect(message).toEqual({
      to: '+12025550101',
      coding: 'text',
      text: `${code} is your code for Example. Valid for 5 minutes. Do not share it.\n\n@login.example.org #${code}`,
    });
    const answer = await server.call(`/v1/challenges/${id}/answer`, { code });
    expect(answer).toMatchObject({ status: 200, body: { accepted: true, method: 'sms' } });
    const again = await server.call(`/v1/challenges/${id}/answer`, { code });
    expect(again.status).toBe(409);
    expect(server.lines.join('\n')).not.toContain(code);
    expect(server.lines.join('\n')).not.toContain('2025550101');
  });

  test('gets a new code when asked again, and the one before is void; so it is with a new challenge (OTP-13)', async () => {
    const server = await served([kannelGateway(kannel)]);
    const phone = fromNowOn();
    await enrollTelephone(server, 'bob', '+1 202 555 0102', () => phone.code(1));
    const first = (await server.call('/v1/challenges', { user: 'bob' })).body as { id: string };
    const firstCode = await phone.code(2);
    expect((await server.call(`/v1/challenges/${first.id}/resend`, {})).status).toBe(200);
    const secondCode = await phone.code(3);
    const refused = await server.call(`/v1/challenges/${first.id}/answer`, { code: firstCode });
    expect(refused.body).toMatchObject({ accepted: firstCode === secondCode });
    const second = (await server.call('/v1/challenges', { user: 'bob' })).body as { id: string };
    const thirdCode = await phone.code(4);
    expect((await server.call(`/v1/challenges/${first.id}/answer`, { code: secondCode })).status).toBe(409);
    const answer = await server.call(`/v1/challenges/${second.id}/answer`, { code: thirdCode });
    expect(answer.body).toMatchObject({ accepted: true });
  });

  test.each([
    ['pictures', '🔑 Example 🇩🇪', 'text', 'Example'],
    ['curly quotes and marks', '“Zoë” – Café', 'text', '"Zoe" - Café'],
    ['another script', '例示株式会社', 'ucs-2', '例示株式会社'],
  ])(
    'reads a name with %s as the alphabet allows, with the last line unharmed (SMS-08)',
    async (_, issuer, coding, name) => {
      const server = await served([kannelGateway(kannel)], { issuer, origin: 'example.org' });
      const phone = fromNowOn();
      expect((await askForDevice(server, 'carol', '+1 202 555 0103')).status).toBe(201);
      const [message] = await phone.atLeast(1);
      const code = codeIn(message?.text);
      expect(message?.coding).toBe(coding);
      expect(message?.text.startsWith(`${code} is your code for ${name}.`)).toBe(true);
      expect(message?.text.endsWith(`\n\n@example.org #${code}`)).toBe(true);
    },
  );

  test('of a country that the policy does not allow gets nothing, and neither does a number that costs (SMS-01, SMS-02)', async () => {
    const server = await served([kannelGateway(kannel)]);
    await setPolicy(server, { allowedPhoneCountries: ['DE'] });
    const phone = fromNowOn();
    expect(await askForDevice(server, 'dave', '+1 202 555 0104')).toMatchObject({
      status: 403,
      code: 'phone_number_not_allowed',
    });
    expect((await askForDevice(server, 'dave', '+49 900 1234567')).status).toBe(400);
    expect((await askForDevice(server, 'dave', '+49 1522 8817386')).status).toBe(201);
    expect((await phone.atLeast(1)).map(({ to }) => to)).toEqual(['+4915228817386']);
  });
});

describe('what SMS may cost', () => {
  test('200 numbers of 4 ranges, all at once: each range gets its share and not one more (SMS-01)', async () => {
    const server = await served([kannelGateway(kannel)]);
    await setPolicy(server, { messages: { perPrefix: 7, windowSeconds: 3600 } });
    const phone = fromNowOn();
    const numbers = Array.from({ length: 200 }, (_, index) => {
      const range = 6 + (index % 4);
      return `+49 152 288${range} 0${String(100 + index).padStart(3, '0')}`;
    });
    const asked = await Promise.all(numbers.map((number, index) => askForDevice(server, `user${index}`, number)));
    const counts = { taken: 0, refused: 0 };
    for (const { status } of asked) counts[status === 201 ? 'taken' : 'refused'] += 1;
    expect(counts).toEqual({ taken: 28, refused: 172 });
    expect(new Set(asked.filter(({ status }) => status !== 201).map(({ status }) => status))).toEqual(new Set([429]));
    const perRange = new Map<string, number>();
    for (const { to } of await phone.atLeast(28))
      perRange.set(to.slice(0, -3), (perRange.get(to.slice(0, -3)) ?? 0) + 1);
    expect([...perRange.values()]).toEqual([7, 7, 7, 7]);
    expect(phone.count()).toBe(28);
  });

  test('one user cannot send to many numbers, nor many users of a tenant more than the tenant may (SMS-01)', async () => {
    const server = await served([kannelGateway(kannel)]);
    await setPolicy(server, { messages: { perUser: 3, perTenant: 10, windowSeconds: 3600 } });
    const phone = fromNowOn();
    const number = (index: number) => `+1 202 555 01${String(index).padStart(2, '0')}`;
    const ask = (user: (index: number) => string, count: number) =>
      Promise.all(Array.from({ length: count }, (_, index) => askForDevice(server, user(index), number(index))));
    const ofOne = await ask(() => 'mallory', 20);
    expect(ofOne.filter(({ status }) => status === 201)).toHaveLength(3);
    const ofMany = await ask((index) => `user${index}`, 20);
    expect(ofMany.filter(({ status }) => status === 201)).toHaveLength(7);
    await phone.atLeast(10);
    expect(phone.count()).toBe(10);
  });
});

describe('several gateways', () => {
  /** Hands everything on to Kannel, and loses its answers. */
  async function losingAnswers(): Promise<{ url: string }> {
    const server = createServer((request, response) => {
      const loseAnswer = async () => {
        const answer = await fetch(`${new URL(kannel.url).origin}${request.url ?? ''}`);
        await answer.text();
        response.destroy();
      };
      void loseAnswer();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cgi-bin/sendsms` };
  }

  test('the next is asked when the one before is away, or says no', async () => {
    const away = kannelGateway({ url: 'http://127.0.0.1:1/cgi-bin/sendsms', password: kannel.password });
    const wrongLogin = kannelGateway({ url: kannel.url, password: 'wrong' });
    const server = await served([away, wrongLogin, kannelGateway(kannel)]);
    const phone = fromNowOn();
    await enrollTelephone(server, 'erin', '+1 202 555 0105', () => phone.code(1));
    expect(phone.count()).toBe(1);
  });

  test('the next is not asked when the answer of the one before is lost: the message arrives once', async () => {
    const lossy = kannelGateway({ ...(await losingAnswers()), password: kannel.password });
    const server = await served([lossy, kannelGateway(kannel)]);
    const phone = fromNowOn();
    const begun = await askForDevice(server, 'frank', '+1 202 555 0106');
    expect(begun).toMatchObject({ status: 502, code: 'delivery_failed' });
    await phone.atLeast(1);
    // Nor is it sent again later.
    expect(await server.server.engine.outbox.work()).toMatchObject({ sent: 0, postponed: 0 });
    // Whatever a second gateway had been given would be behind this one.
    expect((await askForDevice(server, 'grace', '+1 202 555 0107')).status).toBe(502);
    expect((await phone.atLeast(2)).map(({ to }) => to)).toEqual(['+12025550106', '+12025550107']);
  });
});
