import { createHmac, hash } from 'node:crypto';

/** The secret of the n-th user, the same in every run: who prepares a database and who loads it need not tell each other. */
export function secretOf(seed: string, user: number): Buffer {
  return Buffer.from(hash('sha1', `${seed}:${user}`), 'hex');
}

/** TOTP as RFC 6238 has it: SHA-1, six digits; written here once more, so that the server is not measured by itself. */
export function codeOf(secret: Buffer, step: number): number {
  const counter = Buffer.alloc(8);
  counter.writeUInt32BE(step, 4);
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac[19] ?? 0) & 15;
  return (mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000;
}

export const stepMs = 30_000;

export interface FreshCode {
  user: number;
  code: number;
}

/**
 * Codes that one server has not seen: every user in a shuffled order with the code of the current step, then those of the next step, which a
 * server with a window of ±1 accepts as well. Codes are worked out ahead, so that this costs no time while it is measured.
 */
export interface CodeSupply {
  /** Makes codes until `count` are ready, or none are left in this step. Answers how many are ready. */
  prepare(count: number): number;
  take(): FreshCode | undefined;
}

export interface SupplyOptions {
  seed: string;
  users: number;
  /** For servers that look at no code: numbers that only look like one. */
  unchecked?: boolean;
}

export function codeSupply({ seed, users, unchecked = false }: SupplyOptions): CodeSupply {
  const order = shuffled(users, seed);
  const lastStep = new Uint32Array(users);
  let ready: (FreshCode & { step: number })[] = [];
  let next = 0;
  let position = 0;

  const currentStep = () => Math.floor(Date.now() / stepMs);

  /** The user next in turn who has a code left, and its step. */
  function findFresh(current: number): { user: number; step: number } | undefined {
    for (let tried = 0; tried < users; tried++) {
      const user = order[position] ?? 0;
      position = (position + 1) % users;
      const last = lastStep[user] ?? 0;
      if (last < current || unchecked) return { user, step: current };
      if (last === current) return { user, step: current + 1 };
    }
    return undefined;
  }

  return {
    prepare: (count) => {
      const current = currentStep();
      ready = ready.slice(next);
      next = 0;
      while (ready.length < count) {
        const fresh = findFresh(current);
        if (fresh === undefined) break;
        lastStep[fresh.user] = fresh.step;
        const code = unchecked ? fresh.user % 1_000_000 : codeOf(secretOf(seed, fresh.user), fresh.step);
        ready.push({ ...fresh, code });
      }
      return ready.length;
    },
    take: () => {
      const oldest = currentStep() - 1;
      for (;;) {
        const fresh = ready[next];
        if (fresh === undefined) return undefined;
        next++;
        if (unchecked || fresh.step >= oldest) return fresh;
      }
    },
  };
}

/** Everybody once, in an order that only the seed decides. */
function shuffled(users: number, seed: string): Uint32Array {
  const order = Uint32Array.from({ length: users }, (_, user) => user);
  let state = secretOf(seed, -1).readUInt32LE(0) | 1;
  for (let last = users - 1; last > 0; last--) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const other = (state >>> 0) % (last + 1);
    const moved = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = moved;
  }
  return order;
}
