import type { Engine } from '../../../engine/engine.ts';
import type { EndpointHandler } from '../../../http/bind-endpoint.ts';
import type { Contract } from '../contract/index.ts';
import { showOutcome } from '../wire.ts';

export function verifyHandler(engine: Engine): EndpointHandler<Contract['verify']> {
  return async ({ caller, body: { code, ...question } }) =>
    showOutcome(await engine.verify(caller, { ...question, answer: { code } }));
}
