import type { GatewayOptions } from '../../delivery/index.ts';
import { httpGatewayOptions } from './http-gateway-options.ts';
import type { ParsedConfig } from './schema.ts';
import type { ParsedGateway } from './sms-schema.ts';

/** What the resolution of the configuration does for one of its parts. */
export interface PartResolution {
  refuse(path: string, message: string): undefined;
  read(option: string, path: string): string | undefined;
  secret(option: string, value: string | undefined, file: string | undefined): string | undefined;
}

/** The gateways of the configuration with their secrets, in their order; undefined when there is none. */
export function smsGateways(
  { gateways, timeoutMs }: ParsedConfig['sms'],
  context: PartResolution,
): GatewayOptions[] | undefined {
  if (gateways.length === 0) return undefined;
  return gateways.map((gateway, index) =>
    gatewayOptions({ ...gateway, timeoutMs: gateway.timeoutMs ?? timeoutMs }, `sms.gateways.${index}`, context),
  );
}

type Timed<Gateway> = Gateway & { timeoutMs: number };

function gatewayOptions(gateway: Timed<ParsedGateway>, path: string, context: PartResolution): GatewayOptions {
  /** A secret without which the gateway is of no use. */
  const required = (option: string, value: string | undefined, file: string | undefined): string => {
    const found = context.secret(`${path}.${option}`, value, file);
    if (value === undefined && file === undefined) context.refuse(`${path}.${option}File`, 'must be set');
    return found ?? '';
  };
  switch (gateway.type) {
    case 'http':
      return { type: 'http', options: httpGatewayOptions(gateway, path, context) };
    case 'twilio': {
      const { type, authToken, authTokenFile, ...rest } = gateway;
      if ((rest.from === undefined) === (rest.messagingServiceSid === undefined))
        context.refuse(`${path}.from`, 'must be set, or messagingServiceSid, and not both');
      return { type, options: { ...rest, authToken: required('authToken', authToken, authTokenFile) } };
    }
    case 'vonage': {
      const { type, apiSecret, apiSecretFile, ...rest } = gateway;
      return { type, options: { ...rest, apiSecret: required('apiSecret', apiSecret, apiSecretFile) } };
    }
    case 'messagebird': {
      const { type, accessKey, accessKeyFile, ...rest } = gateway;
      return { type, options: { ...rest, accessKey: required('accessKey', accessKey, accessKeyFile) } };
    }
    case 'bird': {
      const { type, accessKey, accessKeyFile, ...rest } = gateway;
      return { type, options: { ...rest, accessKey: required('accessKey', accessKey, accessKeyFile) } };
    }
    case 'sns': {
      const { type, secretAccessKey, secretAccessKeyFile, ...rest } = gateway;
      const found = required('secretAccessKey', secretAccessKey, secretAccessKeyFile);
      return { type, options: { ...rest, secretAccessKey: found } };
    }
    case 'smpp':
      break;
  }
  const { type, password, passwordFile, caFile, ...rest } = gateway;
  const ca = caFile === undefined ? undefined : context.read(`${path}.caFile`, caFile);
  return { type, options: { ...rest, ca, password: required('password', password, passwordFile) } };
}
