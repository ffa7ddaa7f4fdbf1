import type { Caller } from '../../../engine/engine.ts';
import { authenticateIntegration, presentedCredential } from '../authenticate-integration.ts';
import { doorCaller } from '../door-name.ts';
import type { Resource } from '../resource.ts';
import { listWireKinds, showKind } from '../wire-kinds.ts';

/** The kinds of devices. An open list needs no credentials; wrong ones are refused all the same. */
export function deviceKinds(open: boolean): Resource<Caller> {
  return {
    name: 'Device Kinds',
    description: 'Lists the kinds of devices.',
    authenticate: async (engine, request, source) =>
      open && presentedCredential(request) === undefined
        ? { ...doorCaller, source }
        : authenticateIntegration(engine, request, source),

    async get({ engine }) {
      const kinds = await listWireKinds(engine);
      return { status: 200, body: kinds.map(showKind) };
    },
  };
}
