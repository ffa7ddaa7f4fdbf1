import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseMail } from '../../test/fixtures/parse-mail.ts';
import { failureOf } from './failure-of.fixture.ts';
import { type OutgoingMessage, inboxDelivery, listInbox } from './index.ts';

const codeMail: OutgoingMessage = {
  channel: 'mail',
  to: 'alice@example.org',
  template: 'code',
  values: { code: '04217', minutes: '5', user: 'alice' },
};
const codeSms: OutgoingMessage = { ...codeMail, channel: 'sms', to: '+4930901820' };
const about = (id: string) => ({ tenant: 'tnt_1', tenantName: 'Example', id });

describe('the inbox for development', () => {
  let parent: string;
  let folder: string;
  let now: number;
  const clock = { now: () => now };
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'countersign-inbox-'));
    folder = join(parent, 'inbox');
    now = Date.UTC(2030, 0, 2, 3, 4, 5, 6);
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  it('keeps a mail as the file that would be sent (OSS-41)', async () => {
    await inboxDelivery({ folder, clock }).deliver(codeMail, about('msg_1'));
    const [file = ''] = await readdir(folder);
    expect(file).toMatch(/\.eml$/);
    const raw = await readFile(join(folder, file), 'utf8');
    expect(raw.replaceAll('\r\n', '')).not.toContain('\n');
    const mail = await parseMail(raw);
    expect(mail.headers).toMatchObject({
      to: ['alice@example.org'],
      'message-id': ['<msg_1@localhost>'],
      date: ['Wed, 02 Jan 2030 03:04:05 +0000'],
    });
    expect(mail.parts.map((part) => part.type)).toEqual(['text/plain', 'text/html']);
  });

  it('keeps an SMS as text', async () => {
    await inboxDelivery({ folder, clock }).deliver(codeSms, about('msg_1'));
    const [file = ''] = await readdir(folder);
    expect(file).toMatch(/\.txt$/);
    expect(await readFile(join(folder, file), 'utf8')).toContain('04217 is your code for Example.');
  });

  it('lists both, newest first, in the order of delivery where the time is the same', async () => {
    const inbox = inboxDelivery({ folder, clock });
    await inbox.deliver(codeMail, about('msg_z'));
    await inbox.deliver(codeSms, about('msg_a'));
    now += 1;
    await inbox.deliver({ ...codeMail, to: 'bob@example.org' }, about('msg_b'));
    const listed = await listInbox(folder);
    expect(listed.map(({ channel, to, subject, at }) => ({ channel, to, subject, at }))).toEqual([
      { channel: 'mail', to: 'bob@example.org', subject: 'Your code for Example', at: now },
      { channel: 'sms', to: '+4930901820', subject: '', at: now - 1 },
      { channel: 'mail', to: 'alice@example.org', subject: 'Your code for Example', at: now - 1 },
    ]);
    expect(listed[0]!.text.split('\n')).toContain('04217');
    expect(listed[1]!.text).toBe('04217 is your code for Example. Valid for 5 minutes. Do not share it.');
  });

  it('reads every text back as it was written', async () => {
    const inbox = inboxDelivery({ folder, clock });
    const subject = fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => `s${text}e`);
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
      fc
        .array(fc.constantFrom('=', '\n', ' ', '.', 'ü', '🔑', '--', '=20', 'From ', 'x'.repeat(80)), { minLength: 1 })
        .map((all) => all.join('')),
    );
    await fc.assert(
      fc.asyncProperty(subject, text, async (subject, text) => {
        now += 1;
        await inbox.deliver(
          { ...codeMail, values: { code: '1', subject, text }, override: { subject: '{subject}', text: '{text}' } },
          about('m'),
        );
        const [newest] = await listInbox(folder);
        const parsed = await parseMail(await readFile(join(folder, newest!.file), 'utf8'));
        expect(newest!.subject).toBe(parsed.headers['subject']![0]);
        expect(newest!.text.trimEnd()).toBe(text.trimEnd());
      }),
      { numRuns: 25 },
    );
  });

  it('keeps only the newest', async () => {
    const inbox = inboxDelivery({ folder, clock, limit: 3 });
    for (let count = 1; count <= 5; count++) {
      now += 1000;
      await inbox.deliver({ ...codeMail, to: `user${count}@example.org` }, about(`msg_${count}`));
    }
    expect((await listInbox(folder)).map((message) => message.to)).toEqual(
      [5, 4, 3].map((count) => `user${count}@example.org`),
    );
    expect(await readdir(folder)).toHaveLength(3);
  });

  it('can be read by its owner only, and leaves no half-written file', async () => {
    const inbox = inboxDelivery({ folder, clock });
    await Promise.all([1, 2, 3, 4, 5].map((count) => inbox.deliver(codeMail, about(`msg_${count}`))));
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const names = await readdir(folder);
    expect(names.filter((name) => name.endsWith('.eml'))).toHaveLength(5);
    expect(names).toHaveLength(5);
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });

  it('leaves files alone that are not its own', async () => {
    await mkdir(folder);
    await writeFile(join(folder, 'notes.txt'), 'mine');
    const inbox = inboxDelivery({ folder, clock, limit: 1 });
    await inbox.deliver(codeMail, about('msg_1'));
    await inbox.deliver(codeMail, about('msg_2'));
    expect(await listInbox(folder)).toHaveLength(1);
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('is empty before the first message', async () => {
    expect(await listInbox(folder)).toEqual([]);
  });

  it('refuses what mail and SMS refuse, and an id that leaves the folder (EML-07)', async () => {
    const inbox = inboxDelivery({ folder, clock });
    const refused: [OutgoingMessage, string][] = [
      [{ ...codeMail, to: 'alice@example.org\nBcc: m@evil.example' }, 'msg_1'],
      [{ ...codeSms, to: '+4930901820\n+4930901821' }, 'msg_1'],
      [{ ...codeSms, to: '030901820' }, 'msg_1'],
      [codeMail, '../../outside'],
    ];
    for (const [message, id] of refused) {
      const { error, logged } = await failureOf(inbox.deliver(message, about(id)));
      expect(error.code).toBe('delivery_failed');
      expect(logged).not.toContain('04217');
    }
    expect(await listInbox(folder)).toEqual([]);
    expect(await readdir(parent)).toEqual([]);
  });

  it('says so when it cannot be written', async () => {
    await writeFile(folder, 'a file, not a folder');
    const { error, logged } = await failureOf(inboxDelivery({ folder, clock }).deliver(codeMail, about('msg_1')));
    expect(error.code).toBe('delivery_failed');
    expect(error.detail).toContain('EEXIST');
    expect(logged).not.toContain('04217');
  });
});
