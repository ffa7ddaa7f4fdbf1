import type { OutgoingMessage } from '../../src/core/message.ts';
import type { JsonObject, Time } from '../../src/core/model.ts';
import type { PolicyOptions } from '../../src/core/policy/policy.ts';
import type { Answer } from '../../src/devices/index.ts';

/** What has reached the owner of a device when he is to answer, by whatever door. */
export interface Asked {
  now: Time;
  /** What the enrollment or the challenge shows. */
  shown: JsonObject | undefined;
  /** The message that was sent for it. */
  message: OutgoingMessage | undefined;
}

/** A device in the hands of its owner: made of nothing that the server keeps to itself. */
export interface SoftDevice {
  /** What he chooses when the enrollment is prepared, in the kind's own words. */
  options: JsonObject;
  /** The first answer, which completes the enrollment. Of a device that an administrator makes: he only takes note of what is shown. */
  confirm: (asked: Asked) => Answer | Promise<Answer>;
  /** A right answer. A new one each time it is asked, where the kind has more than one. */
  answer: (asked: Asked) => Answer | Promise<Answer>;
  /** An answer of the right shape that is wrong, another one for each number. It costs the device nothing. */
  wrong: (asked: Asked, number: number) => Answer | Promise<Answer>;
  /** The same of an enrollment, where that is answered otherwise than a challenge. */
  confirmWrong?: (asked: Asked, number: number) => Answer | Promise<Answer>;
  /** Answers that somebody could hope to get away with, by what is wrong with them. */
  forgeries?: (asked: Asked) => Record<string, Answer> | Promise<Record<string, Answer>>;
  /** Everything secret that it has seen so far, each of 10 bytes or more, so that none stands somewhere by chance: nobody may find it in what the server leaves behind. */
  secrets: () => readonly (string | Uint8Array)[];
}

/** One row of the suite: a kind, and how its owner answers. */
export interface KindUnderTest {
  /** In the titles of the tests. */
  title: string;
  /** The name of the kind. */
  kind: string;
  /** What an answer is made of. */
  answers: 'code' | 'response';
  /** Whether an answer without a challenge is good, too. */
  verifies: boolean;
  /** The answer to a challenge reaches its owner in a message. */
  sent?: boolean;
  /** Who makes the device. Default: the user, by enrolling it. */
  madeBy?: 'user' | 'administrator';
  /** Ms after which the device has another answer. Default 0. */
  pauseMs?: number;
  /** The device accepts one answer in its life. */
  dies?: boolean;
  /** The answer that completes the enrollment is still good afterwards. */
  keepsFirstAnswer?: boolean;
  /** The device brings a secret of its own with its first answer, which is not bound to one enrollment then. */
  ownSecret?: boolean;
  /** A thing of which there is one in the world: nobody can enroll it twice. */
  unique?: boolean;
  /** Configuration of the kind for the integration. */
  settings?: JsonObject;
  /** Policy of the integration. */
  policy?: PolicyOptions;
  /** A device for this user. Another user's device is another one. */
  make: (user: string) => SoftDevice;
}

/** That many digits that are none of these, another one for each number. */
export function otherDigits(right: readonly string[], digits: number, number = 0): string {
  let left = number;
  for (let candidate = 0; ; candidate++) {
    const text = String(candidate).padStart(digits, '0');
    if (!right.includes(text) && left-- === 0) return text;
  }
}

/** What is shown or sent and has to be there. */
export function present<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
}
