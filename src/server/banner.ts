import { relative } from 'node:path';
import type { Bootstrapped } from './bootstrap.ts';
import { bootstrapPath } from './bootstrap-file.ts';
import type { RunningServer } from './start-server.ts';
import { version } from './version.ts';

export interface BannerOptions {
  /** What a person types before the arguments of our commands. Default: as this process was started. */
  command?: string;
  /** Print the commands that repeat enrollment and verification by hand. Default: on the first start only. */
  tour?: boolean;
}

type Server = Pick<RunningServer, 'config' | 'url' | 'adjureUrl' | 'addresses' | 'fingerprint'>;

/** What a start tells the person in front of it (OSS-69). Secrets are in it on the first start only (OSS-71). */
export function formatBanner(server: Server, bootstrapped: Bootstrapped, options: BannerOptions = {}): string {
  const created = bootstrapped.state === 'created';
  const command = options.command ?? commandOf(process.argv[1] ?? '');
  const sections = [
    listenerLines(server),
    ownerLines(bootstrapped),
    `Version: Countersign v${version}\n\n==> Countersign server started`,
    ...(server.fingerprint === undefined ? [] : [`===> Certificate: sha256 ${server.fingerprint}`]),
    ...(created ? [createdLines(server, bootstrapped)] : []),
    ...((options.tour ?? created) ? [`\n${tourLines(server, bootstrapped, command)}`] : []),
    ...(server.config.inboxFolder === undefined ? [] : [`\n${inboxLine(server, command)}`]),
  ];
  return `${sections.filter((section) => section !== '').join('\n')}\n`;
}

function listenerLines({ addresses }: Server): string {
  return addresses
    .map(
      ({ address, secure }, index) =>
        `Listener ${index + 1}: tcp (addr: "${address}", tls: "${secure ? 'enabled' : 'disabled'}")`,
    )
    .join('\n');
}

function ownerLines(bootstrapped: Bootstrapped): string {
  if (bootstrapped.state === 'put-away') return '';
  const { tenant, integration } = bootstrapped.file;
  return bootstrapped.state === 'created'
    ? `Tenant: ${tenant}\nIntegration: ${integration.token}`
    : `Tenant: ${tenant}\nIntegration: ${integration.id}`;
}

function createdLines(server: Server, { file }: Bootstrapped & { state: 'created' }): string {
  const { accessKey, secretKey } = file.integration;
  return [
    '===> Bootstrap complete: a default tenant and a default integration exist',
    `===> Integration (name=\`Default\`, access_key=\`${accessKey}\`, secret_key=\`${secretKey}\`)`,
    `===> Administrator (login=\`${file.admin.login}\`), its password and everything else is in ${pathFor(bootstrapPath(server.config.dataDir))}`,
  ].join('\n');
}

function inboxLine({ url }: Server, command: string): string {
  return `Mail and SMS are not sent but kept; read them at ${url}/dev/inbox or with: ${command} inbox`;
}

/** Commands that work as they stand, one after the other, in a shell: enrol a user, confirm with a code, verify the next one. */
function tourLines(server: Server, bootstrapped: Bootstrapped, command: string): string {
  if (bootstrapped.state === 'put-away') {
    return `${pathFor(bootstrapPath(server.config.dataDir))} was put away; "${command} integrations --help" tells how to make a token.`;
  }
  const file = pathFor(bootstrapPath(server.config.dataDir));
  const token =
    bootstrapped.state === 'created'
      ? bootstrapped.file.integration.token
      : `$(node -p 'JSON.parse(fs.readFileSync(${JSON.stringify(file)})).integration.token')`;
  const ca = server.url.startsWith('https:') && server.config.tls.cert === undefined;
  const trust = ca ? ` --cacert ${quote(pathFor(`${server.config.dataDir}/tls/cert.pem`))}` : '';
  const curl = (path: string, body: string) =>
    `curl -sS${trust} ${server.url}${path} -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d ${body}`;
  const read = (member: string) => `$(node -p 'JSON.parse(process.argv[1]).${member}' "$ENROLLMENT")`;
  return [
    'Try it, line by line. Enrol a user; the answer has the URI for an authenticator app:',
    `  TOKEN=${token}`,
    `  ENROLLMENT=$(${curl('/v1/enrollments', `'{"user":"alice","kind":"totp"}'`)}); echo "$ENROLLMENT"`,
    'Confirm with the code that the app shows. Without an app, this computes it:',
    `  ID=${read('id')}; URI=${read('shown.uri')}; CODE=$(${command} totp "$URI"); echo "$CODE"`,
    `  ${curl('/v1/enrollments/$ID/complete', `'{"code":"'$CODE'"}'`)}`,
    'Verify a code. A code is good once, so this one belongs to the demo user, who is enrolled already:',
    `  CODE=$(${command} totp "$(node -p 'JSON.parse(fs.readFileSync(${JSON.stringify(file)})).demo.otpauth')"); echo "$CODE"`,
    `  ${curl('/v1/verify', `'{"user":"demo","code":"'$CODE'"}'`)}`,
    ...(server.config.doors.portal.enabled
      ? [
          'Or leave it to a page. This prints its address; open it in a browser and add a device for bob:',
          `  PAGE=$(${curl('/v1/enrollments', `'{"user":"bob"}'`)}); node -p 'JSON.parse(process.argv[1]).portalUrl' "$PAGE"`,
        ]
      : []),
  ].join('\n');
}

/** How to start the program that runs now: built in a clone, installed for a project, or for the machine. */
function commandOf(script: string): string {
  if (script.endsWith('.js')) return `node ${quote(pathFor(script))}`;
  return script.includes('node_modules') ? 'npx countersign' : 'countersign';
}

/** As somebody in the working directory would write it. */
function pathFor(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') || short === '' ? path : short;
}

function quote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
