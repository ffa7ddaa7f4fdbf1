import { isInNetworks, loopbackNetworks, isLoopbackHost } from '../../core/network.ts';
import type { Config } from '../config/config.ts';
import { formatHostPort, type HostPort } from '../config/host-port.ts';
import { examinePasskeys } from './examine-passkeys.ts';
import { danger, type Finding, ok, warning } from './finding.ts';
import { isHuge } from './network-size.ts';

/** What the configuration says that is unsafe. */
export function examineConfig(config: Config): Finding[] {
  return [
    examineListener(config, 'listen', config.listen, false),
    ...(config.doors.adjure.listen === undefined
      ? []
      : [examineListener(config, 'doors.adjure.listen', config.doors.adjure.listen, config.doors.adjure.plain)]),
    ...examineProxies(config),
    ...examineInbox(config),
    ...examineSmsGateways(config),
    ...examineOutbound(config),
    ...examineOpenDoors(config),
    ...examineMetrics(config),
    ...examinePasskeys(config),
  ];
}

function examineListener({ tls }: Config, option: string, address: HostPort, plain: boolean): Finding {
  const place = `${option}: ${formatHostPort(address)}`;
  if (isLoopbackHost(address.host)) return ok(`${place} can be reached from this machine only`);
  if (plain)
    return danger(
      `${place} is plain beyond loopback`,
      'Set doors.adjure.plain to false, unless nobody but a trusted container network reaches it.',
    );
  if (tls.mode === 'proxy') {
    return warning(
      `${place} is plain, because a proxy terminates TLS`,
      'Make sure that only the proxy can reach it, or listen on loopback.',
    );
  }
  return tls.cert === undefined
    ? warning(
        `${place} has a certificate that it made itself`,
        'Let clients check its fingerprint, or set tls.cert and tls.key.',
      )
    : ok(`${place} speaks TLS`);
}

function examineProxies({ trustedProxies }: Config): Finding[] {
  return trustedProxies
    .filter(isHuge)
    .map((network) =>
      danger(
        `trustedProxies has ${network}: nearly anybody can claim to come from any address`,
        'List the addresses of your proxies and nothing else.',
      ),
    );
}

function examineInbox({ inboxFolder }: Config): Finding[] {
  if (inboxFolder === undefined) return [];
  return [
    warning(
      `mail and SMS are kept in ${inboxFolder}, with their codes, and not sent`,
      'For use beyond development set mail.host and turn mail.inbox off.',
    ),
  ];
}

/** Gateways that are given login and codes in the clear. */
function examineSmsGateways({ smsGateways = [] }: Config): Finding[] {
  return smsGateways.flatMap(({ type, options }, index) => {
    const place = `sms.gateways.${index}`;
    const [host, isPlain] =
      type === 'smpp'
        ? [options.host, !options.tls]
        : [new URL(options.url ?? 'https://localhost').hostname, options.url?.startsWith('http:') === true];
    if (!isPlain || isLoopbackHost(host.replace(/^\[|\]$/g, ''))) return [];
    return [
      warning(
        `${place} sends its login and every code to ${host} in the clear`,
        type === 'smpp' ? `Set ${place}.tls to true.` : `Let ${place}.url begin with https://.`,
      ),
    ];
  });
}

function examineOutbound({ outbound: { allowedNetworks = [] } }: Config): Finding[] {
  return allowedNetworks
    .filter(isHuge)
    .map((network) =>
      danger(
        `outbound.allowedNetworks has ${network}: a webhook can be made to ask nearly any server, without TLS`,
        'List the networks of your own gateways and nothing else.',
      ),
    );
}

function examineOpenDoors({ doors }: Config): Finding[] {
  const findings: Finding[] = [];
  if (doors.oss2fa.enabled && doors.oss2fa.openTenants) {
    findings.push(danger('anybody can create tenants (doors.oss2fa.openTenants)', 'Turn it off.'));
  }
  const { openTo, authCodeOpenTo } = doors.adjure.settings;
  if (doors.adjure.enabled && hasBeyondLoopback(openTo)) {
    findings.push(
      danger(
        'the Adjure door answers callers without a token beyond loopback (doors.adjure.settings.openTo)',
        'Let callers send the token of the integration, and leave openTo at loopback.',
      ),
    );
  }
  if (doors.adjure.enabled && hasBeyondLoopback(authCodeOpenTo)) {
    findings.push(
      danger(
        'the Adjure door tells current codes beyond loopback (doors.adjure.settings.authCodeOpenTo)',
        'That is a way around the second factor: leave it at loopback, or set authCode to false.',
      ),
    );
  }
  return findings;
}

function examineMetrics({ metrics }: Config): Finding[] {
  const { enabled, listen, token } = metrics;
  if (!enabled || listen === undefined || token !== undefined || isLoopbackHost(listen.host)) return [];
  return [warning(`anybody who reaches ${formatHostPort(listen)} reads the metrics`, 'Set metrics.tokenFile.')];
}

/** Whether a list of networks, as settings have it, lets in more than this machine. */
export function hasBeyondLoopback(networks: unknown): boolean {
  return (
    Array.isArray(networks) &&
    networks.some(
      (network) => typeof network === 'string' && !isInNetworks(network.split('/')[0] ?? '', loopbackNetworks),
    )
  );
}
