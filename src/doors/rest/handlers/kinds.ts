import { z } from 'zod';
import type { JsonObject } from '../../../core/model.ts';
import { isKindUsable } from '../../../core/policy/decide.ts';
import type { DeviceKind } from '../../../devices/device-kind.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { EndpointHandlers } from '../../../http/bind-endpoint.ts';
import type { Contract } from '../contract/index.ts';

export function kindHandlers({ kinds }: Engine): EndpointHandlers<Contract['kinds']> {
  return {
    list: async ({ caller }) => ({
      items: kinds.list().map((kind) => ({
        name: kind.name,
        title: kind.title,
        description: kind.description,
        ...('integration' in caller && { allowed: isKindUsable(caller.integration.policy, kind.name) }),
        options: showOptions(kind),
      })),
    }),
  };
}

function showOptions({ options }: DeviceKind): JsonObject {
  const { $schema: _, ...schema } = z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' });
  return schema as JsonObject;
}
