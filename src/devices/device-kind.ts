import type { z } from 'zod';
import type { ErrorCode } from '../core/errors.ts';
import type { OutgoingMessage } from '../core/message.ts';
import type { JsonObject, Method, Time } from '../core/model.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Random } from '../core/random.ts';

/** What a user gives as proof. */
export interface Answer {
  /** A typed code, as it came; a kind normalises it itself. */
  code?: string;
  /** A structured answer, e.g. that of a WebAuthn authenticator. */
  response?: unknown;
  /** What {@link DeviceKind.examine} made of the answer. The engine alone sets it: what a caller puts there is dropped. */
  examined?: JsonObject;
}

/** What an answer is examined against. */
export interface Examination<Secret, Counters> {
  state: DeviceState<Secret, Counters>;
  /** What the enrollment or the challenge kept. */
  kept: JsonObject | undefined;
  enrolling: boolean;
}

/** What a device is made of. `secret` is stored sealed; `counters` change with every accepted answer. */
export interface DeviceState<Secret, Counters> {
  secret: Secret;
  counters: Counters;
}

/** Everything a kind may know besides its own state (design law 2): it cannot read a clock, a database or a socket. */
export interface KindContext<Config> {
  now: Time;
  /** Set when the database was restored from a backup: what was valid up to then may have been used and must not be accepted again. */
  fencedAt?: Time;
  random: Random;
  /** The kind's configuration for this integration, parsed. */
  config: Config;
  policy: Policy;
  /** The user's name, for labels and messages. */
  user: string;
  /** Names the user to authenticators that keep it, and tells nothing about him: 43 characters of base64url, always the same in a realm. */
  userHandle: string;
  /**
   * What is asked: by which integration, for what (the caller's reference) and for a user at which address. `id` is that of the enrollment
   * or challenge, the same when it is begun and when it is answered; left out where there is none. `integrationId` names the integration's
   * webhook; the engine always knows it.
   */
  asked: { integration: string; integrationId?: string; id?: string; reference?: string; ip?: string };
  /** The language that the user reads (BCP 47), where it is known. */
  language?: string;
  /** The user's other devices of the kind, for {@link DeviceKind.prepare} alone. */
  siblings?: readonly DeviceState<unknown, unknown>[];
  /** Keyed hash for what must be compared and never read back; bound to tenant and kind. */
  hash(text: string): string;
  /** Constant-time comparison with a {@link KindContext.hash}. */
  hashMatches(text: string, digest: string): boolean;
}

/** The beginning of an enrollment. */
export interface Prepared<Secret, Counters> {
  state: DeviceState<Secret, Counters>;
  /** For this enrollment only, e.g. the hash of a sent code. Stored sealed. */
  kept?: JsonObject;
  /** What the user has to see now; forgotten when the enrollment ends. */
  shown?: JsonObject;
  /** To be sent now. */
  deliver?: OutgoingMessage;
  /** Name of the new device unless the caller chose one. */
  deviceName: string;
}

/** The beginning of a challenge. */
export interface Issued {
  /** For this challenge only. */
  kept?: JsonObject;
  shown?: JsonObject;
  deliver?: OutgoingMessage;
  /** The challenge takes no more answers than this, whatever the policy allows. */
  attempts?: number;
}

/** Why an answer was refused: for the audit trail, never for the caller. */
export type RefusalReason =
  | 'wrong'
  | 'replayed'
  | 'malformed'
  | 'expired'
  | 'not_answerable'
  /** It comes from a page of somebody else (WebAuthn). */
  | 'wrong_origin'
  /** The authenticator should have checked a PIN or a finger, and has not. */
  | 'user_not_verified'
  /** The policy does not allow the authenticator. */
  | 'not_allowed';

export type Verdict<Secret, Counters> =
  | { accepted: true; next: DeviceState<Secret, Counters>; method: Method }
  | {
      accepted: false;
      reason: RefusalReason;
      /** What the caller is told when {@link DeviceKind.confirm} refuses for a reason that is no secret. */
      refusal?: ErrorCode;
    };

/** A stored device as its kind sees it. */
export interface KindDevice<Secret, Counters> extends DeviceState<Secret, Counters> {
  id: string;
}

/**
 * The code that knows one sort of device (design §4). All functions are pure: a new kind is replay-safe, rate-limited
 * and available behind every door without writing a line for it.
 */
export interface DeviceKind<Secret = unknown, Counters = unknown, Config = unknown, Options = unknown> {
  /** The name in API, policy and storage, e.g. `totp`. */
  name: string;
  /** The name for people, e.g. `Authenticator app`. */
  title: string;
  description: string;
  /** Configuration per server and integration; every field has a default, or the kind must be configured. */
  configuration: z.ZodType<Config>;
  /** What the caller may choose when an enrollment is prepared. */
  options: z.ZodType<Options>;
  /** A user has at most one device of this kind. */
  single?: boolean;

  /** Begins an enrollment. */
  prepare(options: Options, ctx: KindContext<Config>): Prepared<Secret, Counters>;
  /** Finishes an enrollment: judges the first answer. */
  confirm(
    prepared: { state: DeviceState<Secret, Counters>; kept: JsonObject | undefined },
    answer: Answer,
    ctx: KindContext<Config>,
  ): Verdict<Secret, Counters>;
  /** Begins a challenge; left out by kinds that need nothing to be sent or shown. */
  issue?(device: KindDevice<Secret, Counters>, ctx: KindContext<Config>): Issued;
  /**
   * Works out ahead of the verdict what takes time of its own: a signature, the answer of another server. It may be asked for nothing, and
   * must not refuse by throwing; {@link confirm} and {@link check} find what it resolves with in `answer.examined`, if device and
   * challenge are still those that were examined. The engine asks only for answers with a `response`, or that the kind recognizes.
   */
  examine?(
    about: Examination<Secret, Counters>,
    answer: Answer,
    ctx: KindContext<Config>,
  ): Promise<JsonObject | undefined>;
  /** Judges an answer. `issued` is what {@link DeviceKind.issue} kept; undefined when no challenge came first. */
  check(
    device: KindDevice<Secret, Counters>,
    issued: JsonObject | undefined,
    answer: Answer,
    ctx: KindContext<Config>,
  ): Verdict<Secret, Counters>;
  /** Whether an answer that came without a challenge could be meant for this kind at all. Left out: never. */
  recognizes?(answer: Answer): boolean;
  /** Names the device among all of its kind where the user is not known: a credential id, a public id. Two of one name cannot be. */
  lookup?(state: DeviceState<Secret, Counters>): string;
  /**
   * The later of two counters of the same {@link DeviceKind.lookup}: where a device that was removed comes back, it goes on where it had
   * stopped. Left out: it begins anew.
   */
  later?(counters: Counters, before: Counters): Counters;
  /** Signs somebody in who has not said who he is, because his device says it. Left out: it cannot. */
  discover?: {
    /** Begins it; `ctx` knows no user. {@link DeviceKind.examine} and {@link DeviceKind.check} judge the answer, for the user whose device it names. */
    issue(ctx: KindContext<Config>): Issued;
    /** The {@link DeviceKind.lookup} of the device that an answer says it comes from. */
    nameDevice(answer: Answer): string | undefined;
  };
  /** Whether the device will never accept anything again: codes used up, a pass that has run out. Left out: never. */
  isSpent?(state: DeviceState<Secret, Counters>, now: Time): boolean;
  /**
   * A challenge interrupts the user wherever he is, and somebody else can make it do so: at most one is open for him at a time, and those
   * that stay unanswered are limited. A message that does not arrive fails nothing. Default false.
   */
  prompts?: boolean;
  /**
   * The device with another address for its messages, or with none when the old one is gone for good. Undefined: what was given is no
   * address. Left out: a device is its address for life.
   */
  readdress?(state: DeviceState<Secret, Counters>, address: unknown): DeviceState<Secret, Counters> | undefined;
  /** Whether the user can only answer after a message has reached him. Left out: he can without. */
  needsMessage?(state: DeviceState<Secret, Counters>): boolean;
  /**
   * How many factors an answer of this device can prove: 2 for an authenticator that checks a PIN or a finger of its own. Whether it has is
   * said by the `userVerified` of each method. Left out: 1.
   */
  factors?(state: DeviceState<Secret, Counters>): 1 | 2;
  /** Where security notices reach the owner, for kinds that are an address. */
  contact?(state: DeviceState<Secret, Counters>): { channel: 'mail' | 'sms'; to: string } | undefined;
  /** Whether a user enrolls it himself. `false`: only an administrator makes one. Default true. */
  selfService?: boolean;
  /** What may be told about a device. */
  describe(state: DeviceState<Secret, Counters>): JsonObject;
  /** Makes the state of a device from a secret that exists already, and what its owner has to be shown. */
  adopt?(options: JsonObject, ctx: KindContext<Config>): Prepared<Secret, Counters>;
  /** Two consecutive answers set a counter or drift that has run away (RFC 4226 §7.4). */
  resynchronize?(
    device: KindDevice<Secret, Counters>,
    answers: readonly [Answer, Answer],
    ctx: KindContext<Config>,
  ): Verdict<Secret, Counters>;
  /** For devices that were created readable: the provisioning URI. */
  provisioningUri?(state: DeviceState<Secret, Counters>, label: { issuer: string; account: string }): string;
  /** For devices that were created readable: the code that is valid now. */
  currentCode?(state: DeviceState<Secret, Counters>, ctx: KindContext<Config>): string;
}

/** The registry of device kinds, in the order in which they are offered. */
export interface DeviceKinds {
  get(name: string): DeviceKind | undefined;
  list(): readonly DeviceKind[];
}

/** A registry of these kinds. Two of one name are a programming error. */
export function deviceKinds(kinds: readonly DeviceKind[]): DeviceKinds {
  const byName = new Map(kinds.map((kind) => [kind.name, kind]));
  if (byName.size !== kinds.length) throw new TypeError('two device kinds have the same name');
  return { get: (name) => byName.get(name), list: () => kinds };
}
