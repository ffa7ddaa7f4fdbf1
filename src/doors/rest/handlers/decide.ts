import type { Engine } from '../../../engine/engine.ts';
import type { EndpointHandler } from '../../../http/bind-endpoint.ts';
import type { Contract } from '../contract/index.ts';
import { showDevice, timestamp } from '../wire.ts';

export function decideHandler(engine: Engine): EndpointHandler<Contract['decide']> {
  return async ({ caller, body }) => {
    const { result, devices, trace, trustedDevice } = await engine.decide(caller, body);
    return {
      result,
      devices: devices.map(showDevice),
      ...(trustedDevice !== undefined && {
        trustedDevice: { token: trustedDevice.token, expiresAt: timestamp(trustedDevice.expiresAt) },
      }),
      trace,
    };
  };
}
