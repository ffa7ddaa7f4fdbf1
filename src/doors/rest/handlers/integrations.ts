import type { Caller, Engine, IntegrationCaller } from '../../../engine/engine.ts';
import type { EndpointHandler, EndpointHandlers } from '../../../http/bind-endpoint.ts';
import { checkPortalSettings } from '../../../pages/index.ts';
import type { Contract } from '../contract/index.ts';
import {
  showAccessPass,
  showChallenge,
  showCredential,
  showEnrollment,
  showIntegration,
  showNewCredential,
  showPage,
  showUser,
} from '../wire.ts';

export function integrationHandlers(engine: Engine): EndpointHandlers<Contract['integrations']> {
  const { integrations, users, enrollments, challenges } = engine;

  /** An administrator who acts on behalf of an integration of his tenant. */
  async function inPlaceOf(caller: Caller, id: string): Promise<IntegrationCaller> {
    const { tenant, actor, door, source } = caller;
    const integration = await integrations.get(caller, id);
    return { tenant, actor, door, ...(source !== undefined && { source }), integration };
  }

  return {
    create: async ({ caller, body }) => {
      checkPortalSettings(body.doors);
      const { integration, token, accessKey, secretKey } = await integrations.create(caller, body);
      return { integration: showIntegration(integration), token, accessKey, secretKey };
    },
    list: async ({ caller, query }) => showPage(await integrations.list(caller, query), showIntegration),
    get: async ({ caller, params: { id } }) => showIntegration(await integrations.get(caller, id)),
    update: async ({ caller, params: { id }, body }) => {
      checkPortalSettings(body.doors);
      return showIntegration(await integrations.update(caller, id, body));
    },
    remove: async ({ caller, params: { id } }) => {
      await integrations.remove(caller, id);
    },
    credentials: async ({ caller, params: { id } }) => ({
      items: (await integrations.credentials(caller, id)).map(showCredential),
    }),
    rotate: async ({ caller, params: { id }, body }) =>
      showNewCredential(await integrations.rotate(caller, id, body.type)),
    revoke: async ({ caller, params: { id, credentialId } }) => {
      await integrations.revoke(caller, id, credentialId);
    },
    users: async ({ caller, params: { id }, query }) =>
      showPage(await users.list(await inPlaceOf(caller, id), query), showUser),
    updateUser: async ({ caller, params: { id, userId }, body }) =>
      showUser(await users.setStatus(await inPlaceOf(caller, id), userId, body.status)),
    issueAccessPass: async ({ caller, params: { id, userId }, body }) =>
      showAccessPass(await users.issueAccessPass(await inPlaceOf(caller, id), userId, body)),
    enrollments: async ({ caller, params: { id }, query }) =>
      showPage(await enrollments.list(await inPlaceOf(caller, id), query), showEnrollment),
    challenges: async ({ caller, params: { id }, query }) =>
      showPage(await challenges.list(await inPlaceOf(caller, id), query), showChallenge),
  };
}

export function whoamiHandler(): EndpointHandler<Contract['whoami']> {
  return async ({ caller: { integration } }) => {
    const { id, tenantId, realmId, name, endpoint, policy, doors } = integration;
    return { id, tenantId, realmId, name, endpoint, policy, doors: Object.keys(doors) };
  };
}
