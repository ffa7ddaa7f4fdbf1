import type { GatewayOptions, OutboundOptions, SmtpOptions, YubicoOptions } from '../../delivery/index.ts';
import type { JsonObject } from '../../core/model.ts';
import type { HostPort } from './host-port.ts';
import type { ParsedConfig } from './schema.ts';

/** The configuration of a server: checked, every default filled in, secrets read from their files. Never log it whole. */
export interface Config extends Pick<
  ParsedConfig,
  'dataDir' | 'publicUrl' | 'trustedProxies' | 'tls' | 'limits' | 'log' | 'audit'
> {
  listen: HostPort;
  databaseUrl: string;
  keysFile: string;
  /** Undefined: no mail is sent, unless the inbox takes it. */
  smtp: SmtpOptions | undefined;
  /** The folder that takes mail and SMS instead of sending them; undefined when there is none. */
  inboxFolder: string | undefined;
  /** The SMS gateways in their order. Undefined: no SMS is sent, unless the inbox takes it. */
  smsGateways: readonly GatewayOptions[] | undefined;
  /** What may be reached over HTTP. */
  outbound: OutboundOptions;
  /** Undefined: browsers are not woken. */
  webPush: { subject: string } | undefined;
  /** Undefined: YubiKeys are validated by their own AES key only. */
  yubico: YubicoOptions | undefined;
  kinds: Record<string, JsonObject>;
  doors: {
    rest: ParsedConfig['doors']['rest'];
    oss2fa: ParsedConfig['doors']['oss2fa'];
    adjure: AdjureConfig;
    wsapi: ParsedConfig['doors']['wsapi'];
    portal: ParsedConfig['doors']['portal'];
  };
  metrics: { enabled: boolean; listen: HostPort | undefined; token: string | undefined };
}

export interface AdjureConfig {
  enabled: boolean;
  listen: HostPort | undefined;
  plain: boolean;
  integration: string | undefined;
  /** What is laid over the settings of the integration that speaks for callers without a token. */
  settings: JsonObject;
}
