import type { Engine } from '../../../engine/engine.ts';
import type { EndpointHandlers } from '../../../http/bind-endpoint.ts';
import type { Contract } from '../contract/index.ts';
import type { PortalLinks } from '../portal-links.ts';
import { showChallenge, showMethod, showPage, timestamp } from '../wire.ts';

export function challengeHandlers(
  { challenges }: Engine,
  links: PortalLinks,
): EndpointHandlers<Contract['challenges']> {
  return {
    create: async ({ caller, body: { returnUrl, state, ...options } }) => {
      const request = { returnUrl, state };
      links.check(caller, request);
      const challenge = await challenges.issue(caller, options);
      return { ...showChallenge(challenge), ...links.ofChallenge(caller, challenge, request) };
    },
    list: async ({ caller, query }) => showPage(await challenges.list(caller, query), showChallenge),
    get: async ({ caller, params: { id } }) => showChallenge(await challenges.get(caller, id)),
    answer: async ({ caller, params: { id }, body: { context, ...answer } }) => {
      const { outcome, challenge } = await challenges.answer(caller, id, answer, context);
      const shown = showChallenge(challenge);
      if (!outcome.accepted) return { accepted: false, challenge: shown };
      const { method, auditId } = outcome;
      return { accepted: true, challenge: shown, ...showMethod(method), at: timestamp(method.at), auditId };
    },
    resend: async ({ caller, params: { id } }) => showChallenge(await challenges.resend(caller, id)),
    deny: async ({ caller, params: { id } }) => showChallenge(await challenges.deny(caller, id)),
  };
}
