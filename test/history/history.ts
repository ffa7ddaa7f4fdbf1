/**
 * What happened in a test, a torture run or a fault run, told so that the invariants can be checked over it afterwards, whoever ran it. One JSON
 * object per line in a file, or an array in memory.
 *
 * Every time in it is in ms on one monotonic clock that all recorders of the run share (`performance.timeOrigin + performance.now()`), never
 * the clock that is stepped about by the run.
 */
export type HistoryEvent = Call | Fault | Reset;

/** What a caller was told. `unavailable`: a typed refusal without a verdict (503 and its like). `lost`: no answer came. */
export type Told = 'accepted' | 'refused' | 'exhausted' | 'unavailable' | 'lost' | 'invalid';

/** One question to a door or to the engine, as its caller saw it. */
export interface Call {
  event: 'call';
  /** When it was sent, and when the answer was read whole. */
  asked: number;
  answered: number;
  /** Which process was asked, and through which door. */
  node: string;
  door: string;
  action: 'verify' | 'answer';
  tenant: string;
  user: string;
  /** Who made the value: the device's id, or any name that is one per device. Undefined: nobody did; it is a plain wrong guess. */
  credential?: string;
  /** The time step, counter or nonce that the value stands for; with `credential` it names one single-use thing. */
  value?: number;
  /** The values of this credential are no counters but one of a set (recovery codes, sent codes): each is good once, in any order. */
  nonce?: true;
  /** To refuse the value is right: it was out of its window when it was sent, or its enrollment has used it. */
  untimely?: true;
  /** Whose device made the value, where that is another user or tenant than the one the caller names. */
  stolenFrom?: { tenant: string; user: string };
  /** The challenge that was answered. */
  challenge?: string;
  /** Whose challenge it is, where that is another user or tenant than the one the caller names. */
  challengeOf?: { tenant: string; user: string };
  told: Told;
  /** The door says the same for a wrong answer and for guesses that are used up, so that what it refuses is not counted (I3, I8). */
  vague?: true;
  /** HTTP status, or the door's own word. */
  status: number | string;
  /** The id of the audit row that the answer named. */
  auditId?: string;
  /** Everything of the answer that a stranger can see, without what is random in it: compared between classes of strangers (I4, I5). */
  shape?: string;
  /**
   * Which class of stranger asked, where `shape` has to be the same for all of them (I4). `foreign` and `missing`, or `foreign challenge` and
   * `missing challenge`, … are compared with each other alone (I5).
   */
  stranger?: string;
  /** The call is one that has been tampered with; `plain` names what the same call without it was told (I10). */
  tampered?: { what: string; plain: Told };
}

/** A fault that somebody made, from when to when (I8). */
export interface Fault {
  event: 'fault';
  from: number;
  to: number;
  /** `kill -9 node 2`, `disk full`, `clock +2 h`, … */
  what: string;
}

/** A user's wrong guesses were forgiven by somebody other than an accepted answer: an unlock, or the end of the window. */
export interface Reset {
  event: 'reset';
  /** When it was done, and when its doing began where that took a while. */
  at: number;
  since?: number;
  tenant: string;
  user: string;
}

/** A row of the audit trail as it was read back at the end, reduced to what the invariants need. */
export interface TrailRow {
  id: string;
  tenant: string;
  writer: string;
  seq: number;
  /** By the clock of the node that wrote it. */
  at: number;
  event: string;
  outcome: string;
  reason?: string;
  user?: string;
  device?: string;
  actor: string;
}

/** What there is to look at when everything is over. */
export interface Evidence {
  history: readonly HistoryEvent[];
  trail: readonly TrailRow[];
  /** Whether the chains and their signatures held, as the verifier says it. */
  trailIntact: boolean;
  /** The guesses that a user has in one window; undefined: not bounded in this run. */
  guessesPerUser?: number;
  /** The names that calls give to users, by the ids that the trail gives them. What is missing is learned from accepted calls. */
  names?: Readonly<Record<string, string>>;
  /** Secrets that must be nowhere (I6), by what they are, and the texts to look for them in, by where they were found. */
  secrets?: Readonly<Record<string, string>>;
  texts?: Readonly<Record<string, string>>;
}

export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10';

/** What must not have happened, and what shows that it has. */
export interface Violation {
  invariant: Invariant;
  what: string;
  /** The events and rows that show it, in order. */
  shown: readonly unknown[];
}
