import { CountersignError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/model.ts';
import type { Engine, ProvisionedDeviceOptions } from '../../../engine/engine.ts';
import type { EndpointHandlers } from '../../../http/bind-endpoint.ts';
import type { BodyOf } from '../../../http/endpoint.ts';
import { encodeBase32, parseOtpauthUri } from '../../../otp/index.ts';
import type { Contract } from '../contract/index.ts';
import { showDevice, showOutcome } from '../wire.ts';

export function deviceHandlers({ devices }: Engine): EndpointHandlers<Contract['devices']> {
  return {
    create: async ({ caller, body }) => {
      const { user, ...device } = body;
      const provisioned = await devices.provision(caller, { user, devices: [toProvision(device)] });
      const [made] = provisioned.devices;
      if (made === undefined) throw new CountersignError('internal', { detail: 'no device was made' });
      return { device: showDevice(made.device), ...(made.shown !== undefined && { shown: made.shown }) };
    },
    get: async ({ caller, params: { id } }) => showDevice(await devices.get(caller, id)),
    update: async ({ caller, params: { id }, body: { name, status } }) => {
      const renamed = name === undefined ? undefined : await devices.rename(caller, id, name);
      const changed = status === undefined ? renamed : await devices.setStatus(caller, id, status);
      return showDevice(changed ?? (await devices.get(caller, id)));
    },
    remove: async ({ caller, params: { id } }) => {
      await devices.remove(caller, id);
    },
    resynchronize: async ({ caller, params: { id }, body }) => {
      const [first, second] = body.codes;
      return showOutcome(await devices.resynchronize(caller, id, [{ code: first }, { code: second }]));
    },
  };
}

type NewDeviceFields = Omit<BodyOf<Contract['devices']['create']>, 'user'>;

/** The device as the engine makes it, from the fields of the wire or from a URI. */
function toProvision({ kind, name, uri, options, ...fields }: NewDeviceFields): ProvisionedDeviceOptions {
  const key = uri === undefined ? undefined : readUri(uri, fields);
  return {
    kind: key?.type ?? kind ?? '',
    ...(name !== undefined && { name }),
    options: { ...options, ...fields, ...key?.options },
  };
}

function readUri(uri: string, fields: JsonObject): { type: string; options: JsonObject } {
  const [stray] = Object.keys(fields);
  if (stray !== undefined) {
    const issues = [{ path: stray, message: 'is part of the uri already' }];
    throw new CountersignError('invalid_parameters', { issues });
  }
  const { type, secret, issuer, account, algorithm, digits, ...moving } = parseOtpauthUri(uri);
  const label = { ...(issuer !== '' && { issuer }), ...(account !== '' && { account }) };
  return { type, options: { secret: encodeBase32(secret), ...label, algorithm, digits, ...moving } };
}
