import type { Call, Evidence, HistoryEvent, Invariant, TrailRow } from './history.ts';
import { guessesPerUser } from './correct-model.fixture.ts';

/** One thing that must not happen, done to a history of {@link correctEvidence}. */
export interface Mutation {
  name: string;
  /** One of these has to be found; others may be, too. */
  breaks: Invariant;
  /** `pick` chooses among several places. Undefined: there is none. */
  apply: (evidence: Evidence, pick: number) => Evidence | undefined;
}

const isCall = (event: HistoryEvent): event is Call => event.event === 'call';
const callsOf = ({ history }: Evidence) => history.filter(isCall);
const acceptedOf = (evidence: Evidence) => callsOf(evidence).filter(({ told }) => told === 'accepted');
const endOf = (evidence: Evidence) =>
  1 + Math.max(...evidence.history.map((event) => ('answered' in event ? event.answered : 0)), 0);

function choose<T>(from: readonly T[], pick: number): T | undefined {
  return from[pick % Math.max(1, from.length)];
}

const replaced = (evidence: Evidence, old: HistoryEvent, by: HistoryEvent): Evidence => ({
  ...evidence,
  history: evidence.history.map((event) => (event === old ? by : event)),
});

/** A row that no call names, at the end of a chain of its own. */
function acceptance(user: string, about: Partial<TrailRow> = {}): TrailRow {
  const place = { id: 'wrt_new.1', tenant: 'tnt_1', writer: 'wrt_new', seq: 1, at: 0, actor: 'integration:int_1' };
  return { ...place, event: 'verify.answered', outcome: 'accepted', user: user.replace('user ', 'usr_'), ...about };
}

/** Whether everything that let the user in was seen by the one whom it let in. */
function isWhollySeen(evidence: Evidence, user: string): boolean {
  const rows = evidence.trail.filter(
    (row) => row.event === 'verify.answered' && row.outcome === 'accepted' && evidence.names?.[row.user ?? ''] === user,
  );
  return (
    rows.length === acceptedOf(evidence).filter((call) => call.user === user).length &&
    rows.length === named(evidence, user)
  );
}

const named = (evidence: Evidence, user: string) =>
  acceptedOf(evidence).filter((call) => call.user === user && call.auditId !== undefined).length;

const changeAccepted =
  (change: (call: Call, evidence: Evidence) => Partial<Call>): Mutation['apply'] =>
  (evidence, pick) => {
    const call = choose(acceptedOf(evidence), pick);
    return call && replaced(evidence, call, { ...call, ...change(call, evidence) });
  };

export const mutations: readonly Mutation[] = [
  {
    name: 'a value is accepted once more',
    breaks: 'I1',
    apply: (evidence, pick) => {
      const call = choose(acceptedOf(evidence), pick);
      if (call === undefined) return undefined;
      const again: Call = { ...call, asked: endOf(evidence), answered: endOf(evidence) + 1, auditId: 'wrt_new.1' };
      const trail = [...evidence.trail, acceptance(call.user)];
      return { ...evidence, history: [...evidence.history, again], trail };
    },
  },
  {
    name: 'an older value is accepted behind a newer one',
    breaks: 'I1',
    apply: (evidence, pick) => {
      const call = choose(acceptedOf(evidence), pick);
      if (call?.value === undefined) return undefined;
      const asked = endOf(evidence);
      const older: Call = { ...call, value: call.value - 1, asked, answered: asked + 1, auditId: 'wrt_new.1' };
      return { ...evidence, history: [...evidence.history, older], trail: [...evidence.trail, acceptance(call.user)] };
    },
  },
  {
    name: 'a value is accepted once more, and nobody sees it',
    breaks: 'I1',
    apply: (evidence, pick) => {
      const call = choose(
        acceptedOf(evidence).filter(({ user }) => isWhollySeen(evidence, user)),
        pick,
      );
      if (call === undefined) return undefined;
      const { auditId: _, ...asked } = call;
      const lost: Call = { ...asked, asked: endOf(evidence), told: 'lost', status: 'lost' };
      const others = evidence.history.filter(
        (event) => !isCall(event) || event.user !== call.user || event.told === 'accepted',
      );
      return { ...evidence, history: [...others, lost], trail: [...evidence.trail, acceptance(call.user)] };
    },
  },
  {
    name: 'the row of an acceptance is gone',
    breaks: 'I2',
    apply: (evidence, pick) => {
      const call = choose(
        acceptedOf(evidence).filter(({ auditId }) => auditId !== undefined),
        pick,
      );
      return call && { ...evidence, trail: evidence.trail.filter(({ id }) => id !== call.auditId) };
    },
  },
  {
    name: 'all rows of the acceptances at a door that names none are gone',
    breaks: 'I2',
    apply: (evidence) => {
      const unnamed = acceptedOf(evidence).some(({ auditId }) => auditId === undefined);
      const claimed = new Set(acceptedOf(evidence).map(({ auditId }) => auditId));
      const trail = evidence.trail.filter(
        ({ event, outcome, id }) => event !== 'verify.answered' || outcome !== 'accepted' || claimed.has(id),
      );
      return unnamed ? { ...evidence, trail } : undefined;
    },
  },
  {
    name: 'the row of an acceptance says refused',
    breaks: 'I2',
    apply: (evidence, pick) => {
      const call = choose(
        acceptedOf(evidence).filter(({ auditId }) => auditId !== undefined),
        pick,
      );
      const trail = evidence.trail.map((row) =>
        row.id === call?.auditId ? { ...row, outcome: 'refused', reason: 'wrong' } : row,
      );
      return call && { ...evidence, trail };
    },
  },
  {
    name: 'somebody is let in who did not ask',
    breaks: 'I2',
    apply: (evidence) => ({
      ...evidence,
      names: { ...evidence.names, usr_9: 'user 9' },
      trail: [...evidence.trail, acceptance('user 9')],
    }),
  },
  { name: 'the chains are broken', breaks: 'I2', apply: (evidence) => ({ ...evidence, trailIntact: false }) },
  {
    name: 'one wrong guess too many is evaluated',
    breaks: 'I3',
    apply: (evidence, pick) => {
      const user = `user ${pick % 3}`;
      if (!isWhollySeen(evidence, user)) return undefined;
      const asked = endOf(evidence);
      const guesses = Array.from({ length: guessesPerUser + 1 }, (_, index): Call => {
        const place = { node: 'node 1', door: 'rest', action: 'verify', tenant: 'tnt_1' } as const;
        return {
          event: 'call',
          ...place,
          user,
          asked: asked + index,
          answered: asked + 20,
          told: 'refused',
          status: 403,
        };
      });
      const resets = evidence.history.filter((event) => event.event === 'reset' && event.at >= asked);
      return resets.length > 0 ? undefined : { ...evidence, history: [...evidence.history, ...guesses] };
    },
  },
  {
    name: 'more guesses are evaluated than callers were told',
    breaks: 'I3',
    apply: (evidence, pick) => {
      const user = `usr_${pick % 3}`;
      const times = evidence.trail.filter(
        (row) => row.user === user && (row.outcome === 'accepted' || row.event === 'user.unlocked'),
      );
      // Unlocks are counted twice: by the history, and by the trail.
      const count = guessesPerUser * (2 * times.length + 1) + 1;
      const rows = Array.from({ length: count }, (_, index) =>
        acceptance('', { id: `wrt_new.${index + 1}`, seq: index + 1, outcome: 'refused', reason: 'wrong', user }),
      );
      return { ...evidence, trail: [...evidence.trail, ...rows] };
    },
  },
  {
    name: 'strangers are answered differently',
    breaks: 'I4',
    apply: (evidence) => {
      const about = {
        node: 'node 1',
        door: 'rest',
        action: 'verify',
        tenant: 'tnt_1',
        told: 'refused',
        status: 403,
      } as const;
      const ask = (stranger: string, shape: string): Call => ({
        event: 'call',
        asked: 1,
        answered: 2,
        ...about,
        user: stranger,
        stranger,
        shape,
      });
      return { ...evidence, history: [...evidence.history, ask('unknown user', '404'), ask('wrong code', '403')] };
    },
  },
  {
    name: 'a value of another tenant lets in',
    breaks: 'I5',
    apply: changeAccepted(() => ({ stolenFrom: { tenant: 'tnt_2', user: 'user 1' } })),
  },
  {
    name: 'a secret is written',
    breaks: 'I6',
    apply: (evidence) => ({ ...evidence, secrets: { seed: 'canary-seed' }, texts: { log: 'got canary-seed' } }),
  },
  {
    name: 'a value of another user lets in',
    breaks: 'I7',
    apply: changeAccepted(({ user }) => ({ stolenFrom: { tenant: 'tnt_1', user: `not ${user}` } })),
  },
  {
    name: 'a guess lets in',
    breaks: 'I7',
    apply: (evidence, pick) => {
      const call = choose(acceptedOf(evidence), pick);
      if (call === undefined) return undefined;
      const { credential: _credential, value: _value, ...guess } = call;
      return replaced(evidence, call, guess);
    },
  },
  {
    name: 'a right code is refused',
    breaks: 'I8',
    apply: (evidence, pick) => {
      const alone = acceptedOf(evidence).filter((call) => {
        const others = callsOf(evidence).filter((other) => other !== call && other.credential === call.credential);
        const isOverlapped = others.some(({ asked, answered }) => asked <= call.answered && answered >= call.asked);
        return call.auditId !== undefined && !isOverlapped && isWhollySeen(evidence, call.user);
      });
      const call = choose(alone, pick);
      if (call === undefined) return undefined;
      const { auditId, ...asked } = call;
      const trail = evidence.trail.map((row) =>
        row.id === auditId ? { ...row, outcome: 'refused', reason: 'replayed' } : row,
      );
      return replaced({ ...evidence, trail }, call, { ...asked, told: 'refused', status: 403 });
    },
  },
  {
    name: 'nobody says who added the device that lets in',
    breaks: 'I9',
    apply: (evidence) => ({ ...evidence, trail: evidence.trail.map((row) => ({ ...row, actor: '' })) }),
  },
  {
    name: 'a device lets in that nobody added',
    breaks: 'I9',
    apply: (evidence) =>
      acceptedOf(evidence).length === 0
        ? undefined
        : { ...evidence, trail: evidence.trail.filter(({ event }) => event !== 'device.provisioned') },
  },
  {
    name: 'a tampered call is told more',
    breaks: 'I10',
    apply: changeAccepted(() => ({ tampered: { what: 'two codes', plain: 'refused' } })),
  },
];
