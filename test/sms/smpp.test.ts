import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startMessageCentre } from '../../src/delivery/sms/smpp/message-centre.fixture.ts';
import { type DriveSmpp, startDriveSmpp } from './drive-smpp.fixture.ts';
import { startKannel } from './kannel.fixture.ts';
import { codeIn, enrollTelephone, kannelGateway, startSmsServer } from './sms-server.fixture.ts';

// Over SMPP Kannel itself is the one that connects. What stands on the other side is the message centre of Kannel's own tests, which
// reads with Kannel's code; and the message centre of ours, which is shown here to be one that Kannel sends to.

let centre: DriveSmpp;
beforeAll(async () => {
  centre = await startDriveSmpp();
});
afterAll(() => centre.stop());

describe('a telephone behind a message centre over SMPP', () => {
  test('is enrolled, challenged and accepted once, over HTTP from end to end (OSS-47)', async () => {
    const gateway = {
      type: 'smpp' as const,
      host: '127.0.0.1',
      port: centre.port,
      tls: false,
      systemId: 'foo',
      password: 'bar',
      systemType: 'VMA',
      from: 'Example',
      enquireLinkMs: 1000,
    };
    const server = await startSmsServer([gateway], { origin: 'example.org' });
    let closed = false;
    const close = async () => {
      if (!closed) await server.close();
      closed = true;
    };
    onTestFinished(close);
    const read = async (count: number) => codeIn((await centre.textsAtLeast(count)).at(-1));
    await enrollTelephone(server, 'alice', '+1 202 555 0101', () => read(1));
    const { id } = (await server.call('/v1/challenges', { user: 'alice' })).body as { id: string };
    const code = await read(2);
    expect(centre.texts()).toEqual([
      expect.stringMatching(/^\d{6} is your code for Example\. Valid for 5 minutes\. Do not share it\.\s+$/),
      expect.stringMatching(/^\d{6} is your code for Example\. Valid for 5 minutes\. Do not share it\.\s+$/),
    ]);
    const answer = await server.call(`/v1/challenges/${id}/answer`, { code });
    expect(answer.body).toMatchObject({ accepted: true, method: 'sms' });
    expect((await server.call(`/v1/challenges/${id}/answer`, { code })).status).toBe(409);
    await close();
    const units = centre.units();
    expect(units[0]).toBe('bind_transmitter');
    expect(units.at(-1)).toBe('unbind');
    expect(units.filter((unit) => unit !== 'enquire_link')).toEqual([
      'bind_transmitter',
      'submit_sm',
      'submit_sm',
      'unbind',
    ]);
  });
});

describe('the message centre of our tests', () => {
  test('is one to which Kannel binds and sends, and reads what was sent', async () => {
    const ours = await startMessageCentre();
    const kannel = await startKannel({ messageCentre: ours.port });
    onTestFinished(() => kannel.stop());
    const server = await startSmsServer([kannelGateway(kannel)], { origin: 'example.org' });
    onTestFinished(() => server.close());
    const read = async () => {
      await expect.poll(() => ours.submitted.length, { timeout: 10_000 }).toBe(1);
      return codeIn(ours.submitted[0]?.message.toString('latin1'));
    };
    await enrollTelephone(server, 'bob', '+1 202 555 0102', read);
    expect(ours.bound).toMatchObject([{ systemId: 'countersign', password: 'secret', version: 0x34 }]);
    const code = codeIn(ours.submitted[0]?.message.toString('latin1'));
    expect(ours.submitted[0]).toMatchObject({
      from: { digits: 'Example' },
      coding: 0,
      message: Buffer.from(
        `${code} is your code for Example. Valid for 5 minutes. Do not share it.\n\n\0example.org #${code}`,
      ),
    });
  });
});
