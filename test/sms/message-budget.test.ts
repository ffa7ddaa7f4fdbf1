import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { TenantId } from '../../src/core/ids.ts';
import { policySchema } from '../../src/core/policy/policy.ts';
import { type MessagePayer, payForMessage } from '../../src/limits/index.ts';
import { databaseFile } from '../../src/store/database-file.fixture.ts';
import { createScratchDatabase, openStore, type Store } from '../../src/store/index.ts';
import { type DatabaseServer, startServer } from '../databases/servers.fixture.ts';

const tenant = 'tnt_1' as TenantId;
const window = { windowSeconds: 3600 };

interface Payment {
  payer: MessagePayer;
  to: string;
}

describe.each(['sqlite', 'postgres', 'mariadb'] as const)(
  'messages that are asked for at the same time on %s',
  (name) => {
    let server: DatabaseServer | undefined;
    beforeAll(async () => {
      if (name !== 'sqlite') server = await startServer[name]();
    });
    afterAll(() => server?.stop());

    /** Two nodes on one database. */
    async function openNodes(): Promise<[Store, Store]> {
      const database = server === undefined ? databaseFile() : await createScratchDatabase(server.url);
      if ('drop' in database) onTestFinished(() => database.drop());
      const nodes: [Store, Store] = [await openStore({ url: database.url }), await openStore({ url: database.url })];
      for (const node of nodes) onTestFinished(() => node.close());
      await nodes[0].migrate();
      return nodes;
    }

    /** All of them at once, by turns at either node; the payments that were made. */
    async function payAll(nodes: readonly [Store, Store], payments: readonly Payment[], rules: object) {
      const policy = policySchema.parse({ messages: { ...window, ...rules } });
      const outcomes = await Promise.all(
        payments.map(async (payment, index) => {
          const node = nodes[index % 2 === 0 ? 0 : 1];
          const message = { channel: 'sms' as const, to: payment.to, template: 'code', values: {} };
          const refused = await node.transaction((tx) => payForMessage(tx, payment.payer, message, policy, 0));
          return { payment, told: refused?.code ?? 'paid' };
        }),
      );
      expect(new Set(outcomes.map(({ told }) => told))).toEqual(new Set(['paid', 'too_many_messages']));
      return outcomes.filter(({ told }) => told === 'paid').map(({ payment }) => payment);
    }

    /** What stands in the accounts of a purpose, all together. */
    async function spent({ db }: Store, purpose: string): Promise<number> {
      const rows = await db.selectFrom('budgets').select('spent').where('subject', 'like', `${purpose}:%`).execute();
      return rows.reduce((sum, row) => sum + row.spent, 0);
    }

    const payer = (user: string, of = tenant): MessagePayer => ({ tenant: of, realm: 'rlm_1', user });
    const number = (range: number, index: number) => `+12025${range}0${String(index).padStart(3, '0')}`;

    test('are paid to the last one by tenant and range, and what is refused costs nobody anything (SMS-01)', async () => {
      const nodes = await openNodes();
      const payments = Array.from({ length: 90 }, (_, index) => ({
        payer: payer(`user ${index}`),
        to: number(50 + (index % 3), index),
      }));
      const paid = await payAll(nodes, payments, { perTenant: 25, perPrefix: 10 });
      expect(paid).toHaveLength(25);
      for (const range of [50, 51, 52]) {
        expect(paid.filter(({ to }) => to.startsWith(`+12025${range}`)).length).toBeLessThanOrEqual(10);
      }
      for (const purpose of ['message-tenant', 'message-prefix', 'message-user', 'message']) {
        expect(await spent(nodes[1], purpose)).toBe(25);
      }
    });

    test('are paid by user and target, whatever the others do; another tenant pays for itself (SMS-01, TEN-11)', async () => {
      const nodes = await openNodes();
      const ofOne = Array.from({ length: 30 }, (_, index) => ({ payer: payer('mallory'), to: number(60, index) }));
      const toOne = Array.from({ length: 30 }, (_, index) => ({ payer: payer(`user ${index}`), to: number(61, 1) }));
      const elsewhere = { payer: payer('mallory', 'tnt_2' as TenantId), to: number(60, 1) };
      const paid = await payAll(nodes, [...ofOne, ...toOne, elsewhere], { perUser: 4, perTarget: 3, perTenant: 7 });
      expect(
        paid.filter((payment) => payment.payer.user === 'mallory' && payment !== elsewhere).length,
      ).toBeLessThanOrEqual(4);
      expect(paid.filter(({ to }) => to === number(61, 1)).length).toBeLessThanOrEqual(3);
      expect(paid).toHaveLength(8);
      expect(paid).toContain(elsewhere);
    });
  },
);
