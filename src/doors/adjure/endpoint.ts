import type { Engine } from '../../engine/engine.ts';
import type { AdjureCaller } from './identify-caller.ts';

/** What an endpoint is given: the request, who makes it, and whom to ask. */
export interface AdjureCall extends AdjureCaller {
  request: Request;
  engine: Engine;
}

/** One method and path of the protocol. Refusals that the error table knows are thrown. */
export interface AdjureEndpoint {
  method: 'GET' | 'POST';
  path: string;
  answer: (call: AdjureCall) => Promise<Response>;
}
