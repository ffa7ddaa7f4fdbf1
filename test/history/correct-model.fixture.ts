import * as fc from 'fast-check';
import type { Call, Evidence, HistoryEvent, Reset, TrailRow } from './history.ts';

/** How long a time step is, and how long nothing takes. */
const stepLength = 1000;
export const guessesPerUser = 4;

/** What somebody does, and what becomes of it. Times are drawn, so that calls overlap and end in any order. */
interface Doing {
  user: number;
  what: 'right' | 'wrong' | 'stolen' | 'unlock';
  door: 'rest' | 'radius';
  node: number;
  asked: number;
  /** How long until it takes effect, and until the answer is there. */
  transit: number;
  back: number;
  /** Lost on the way there, lost on the way back, failed without a trace, failed behind its commit. */
  fate: 'answered' | 'lost before' | 'lost after' | 'failed' | 'failed after';
}

const doing: fc.Arbitrary<Doing> = fc.record({
  user: fc.nat({ max: 2 }),
  what: fc.oneof({ weight: 6, arbitrary: fc.constant('right' as const) }, fc.constantFrom('wrong', 'stolen', 'unlock')),
  door: fc.constantFrom('rest', 'radius'),
  node: fc.nat({ max: 2 }),
  asked: fc.nat({ max: 12 * stepLength }),
  transit: fc.integer({ min: 1, max: 400 }),
  back: fc.integer({ min: 1, max: 400 }),
  fate: fc.oneof(
    { weight: 6, arbitrary: fc.constant('answered' as const) },
    fc.constantFrom('lost before', 'lost after', 'failed', 'failed after'),
  ),
});

/** A history of several nodes on one database that does everything right, and its trail. */
export const correctEvidence: fc.Arbitrary<Evidence> = fc
  .array(doing, { minLength: 1, maxLength: 60 })
  .map((doings) => actOut(doings));

/** Several nodes as writers of one trail. A node whose commit failed goes on as another writer. */
function trailOf() {
  const trail: TrailRow[] = [];
  const writers = new Map<number, { life: number; seq: number }>();
  return {
    trail,
    write: (node: number, row: Omit<TrailRow, 'id' | 'tenant' | 'writer' | 'seq' | 'at' | 'actor'>): string => {
      const state = writers.get(node) ?? { life: 0, seq: 0 };
      state.seq += 1;
      writers.set(node, state);
      const writer = `wrt_${node}_${state.life}`;
      const id = `${writer}.${state.seq}`;
      trail.push({ id, tenant: 'tnt_1', writer, seq: state.seq, at: 0, actor: 'integration:int_1', ...row });
      return id;
    },
    replace: (node: number) => void writers.set(node, { life: (writers.get(node)?.life ?? 0) + 1, seq: 0 }),
  };
}

function actOut(doings: readonly Doing[]): Evidence {
  const { trail, write, replace } = trailOf();
  const history: HistoryEvent[] = [];
  const users = [0, 1, 2].map((user) => ({ last: -1, spent: 0, id: `usr_${user}`, device: `dev_${user}` }));
  for (const { id, device } of users) write(0, { event: 'device.provisioned', outcome: 'done', user: id, device });

  const byEffect = doings.map((doing) => ({ ...doing, effect: doing.asked + doing.transit }));
  for (const { what, fate, node, asked, effect, ...doing } of byEffect.toSorted((a, b) => a.effect - b.effect)) {
    const user = users[doing.user];
    if (user === undefined) continue;
    const answered = effect + doing.back;
    const who = { tenant: 'tnt_1', user: `user ${doing.user}` };
    if (what === 'unlock') {
      user.spent = 0;
      write(node, { event: 'user.unlocked', outcome: 'done', user: user.id });
      history.push({ event: 'reset', ...who, since: asked, at: answered } satisfies Reset);
      continue;
    }
    // People type the code of the step in which they look.
    const value = Math.floor(asked / stepLength);
    const victim = (doing.user + 1) % 3;
    const about: Omit<Call, 'told' | 'status'> = {
      event: 'call',
      ...who,
      asked,
      answered,
      node: `node ${node}`,
      door: doing.door,
      action: 'verify',
      ...(what === 'right' ? { credential: user.device, value } : {}),
      ...(what === 'stolen'
        ? { credential: `dev_${victim}`, value, stolenFrom: { tenant: 'tnt_1', user: `user ${victim}` } }
        : {}),
    };
    const happened = fate === 'lost before' || fate === 'failed' ? undefined : judge(user, what === 'right', value);
    const row = { event: 'verify.answered', device: user.device, user: user.id };
    const auditId =
      happened === undefined
        ? undefined
        : write(
            node,
            happened === 'accepted'
              ? { ...row, outcome: 'accepted' }
              : { event: row.event, outcome: 'refused', ...reasonOf(happened, user.id) },
          );
    if (fate === 'failed after') replace(node);
    const told = fate.startsWith('lost') ? 'lost' : fate.startsWith('failed') ? 'unavailable' : (happened ?? 'lost');
    // One of the doors names no rows.
    const named = told === 'accepted' && doing.door === 'rest' && auditId !== undefined ? { auditId } : {};
    history.push({ ...about, told, status: told, ...named });
  }
  const names = Object.fromEntries(users.map(({ id }, index) => [id, `user ${index}`]));
  return { history, trail, trailIntact: true, guessesPerUser, names };
}

function reasonOf(happened: string, user: string): Partial<TrailRow> {
  return happened === 'exhausted' ? { reason: 'too_many_attempts' } : { reason: 'wrong', user };
}

/** Pays, then judges: the whole of the state of a user, one answer after the other. */
function judge(
  user: { last: number; spent: number },
  isRight: boolean,
  value: number,
): 'accepted' | 'refused' | 'exhausted' {
  if (user.spent >= guessesPerUser) return 'exhausted';
  user.spent += 1;
  if (!isRight || value <= user.last) return 'refused';
  user.last = value;
  user.spent = 0;
  return 'accepted';
}
