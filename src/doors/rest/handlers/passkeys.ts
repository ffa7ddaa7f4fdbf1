import type { Engine } from '../../../engine/engine.ts';
import type { EndpointHandlers } from '../../../http/bind-endpoint.ts';
import type { Contract } from '../contract/index.ts';
import { showOutcome, timestamp } from '../wire.ts';

export function passkeyHandlers({ passkeys }: Engine): EndpointHandlers<Contract['passkeys']> {
  return {
    challenge: async ({ caller }) => {
      const { ticket, publicKey, expiresAt } = await passkeys.begin(caller);
      return { ticket, publicKey, expiresAt: timestamp(expiresAt) };
    },
    answer: async ({ caller, body }) => showOutcome(await passkeys.finish(caller, body)),
  };
}
