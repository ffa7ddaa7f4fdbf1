import { isLoopbackHost } from '../core/network.ts';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { type Certificate, namesOfMachine, ownCertificate } from './certificate.ts';
import type { Config } from './config/config.ts';
import type { HostPort } from './config/host-port.ts';
import { misconfigured } from './config/resolve-config.ts';
import { fileStamp } from './file-stamp.ts';

/** The certificate of a listener, and how to notice that it was renewed. */
export interface ChosenCertificate {
  /** Undefined: the listener is plain. */
  current: Certificate | undefined;
  /** The new one when its files have changed. What cannot be read or does not fit together is reported, and changes nothing. */
  renewed(report: (error: unknown) => void): Certificate | undefined;
}

const plain: ChosenCertificate = { current: undefined, renewed: () => undefined };

/** Plain or TLS, and with which certificate: loopback may be plain, everything else is TLS unless a proxy terminates it. */
export async function chooseCertificate(config: Config, address: HostPort, clock: Clock): Promise<ChosenCertificate> {
  const { mode, cert, key } = config.tls;
  if (mode === 'off' || mode === 'proxy') return plain;
  if (mode === 'auto' && isLoopbackHost(address.host)) return plain;
  if (cert !== undefined && key !== undefined) return certificateOfFiles(cert, key);
  const names = namesOfMachine(address.host, config.publicUrl);
  return { ...plain, current: await ownCertificate(join(config.dataDir, 'tls'), names, clock) };
}

function certificateOfFiles(certFile: string, keyFile: string): ChosenCertificate {
  const stamp = () => `${fileStamp(certFile)} ${fileStamp(keyFile)}`;
  let seen = stamp();
  return {
    current: readPair(certFile, keyFile),
    renewed: (report) => {
      if (stamp() === seen) return undefined;
      seen = stamp();
      try {
        return readPair(certFile, keyFile);
      } catch (error) {
        report(error);
        return undefined;
      }
    },
  };
}

function readPair(certFile: string, keyFile: string): Certificate {
  try {
    const pair = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    createSecureContext(pair);
    return pair;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw misconfigured([
      { path: 'tls.cert', message: `and tls.key must name a certificate and its key in PEM (${code})` },
    ]);
  }
}
