// The real programs that the tests talk to, as Debian packages. Nothing is skipped when one is missing: it is installed, or the run
// ends and says what to install.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fail } from './install.mjs';

/** The package, and a file by which it is recognised. */
const needed = [
  ['oathtool', '/usr/bin/oathtool'],
  ['zbar-tools', '/usr/bin/zbarimg'],
  ['curl', '/usr/bin/curl'],
  ['postgresql', '/var/lib/dpkg/info/postgresql.list'],
  ['mariadb-server', '/usr/sbin/mariadbd'],
  ['galera-4', '/usr/lib/galera/libgalera_smm.so'],
  ['rsync', '/usr/bin/rsync'],
  ['lsof', '/usr/bin/lsof'],
  ['socat', '/usr/bin/socat'],
  ['python3-requests', '/usr/lib/python3/dist-packages/requests'],
  ['python3-aiosmtpd', '/usr/lib/python3/dist-packages/aiosmtpd'],
  ['faketime', '/usr/bin/faketime'],
  ['chromium', '/usr/bin/chromium'],
  ['fonts-noto-core', '/usr/share/fonts/truetype/noto/NotoNaskhArabic-Regular.ttf'],
  ['fonts-noto-cjk', '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'],
  ['kannel', '/usr/sbin/bearerbox'],
  ['kannel-extras', '/usr/lib/kannel/test/fakesmsc'],
  ['libykclient-dev', '/usr/bin/ykclient'],
  ['libyubikey-dev', '/usr/bin/ykgenerate'],
  ['libpam-yubico', '/var/lib/dpkg/info/libpam-yubico.list'],
  ['pamtester', '/usr/bin/pamtester'],
  ['postfix', '/usr/sbin/postfix'],
  ['dovecot-imapd', '/usr/lib/dovecot/imap'],
  ['dovecot-lmtpd', '/usr/lib/dovecot/lmtp'],
  ['iproute2', '/usr/sbin/ip'],
];

export function installDebianPackages() {
  const missing = needed.filter(([, file]) => !existsSync(file)).map(([name]) => name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) fail(`these packages are needed: sudo apt-get install -y ${missing.join(' ')}`);
  process.stderr.write(`Installing what the tests talk to: ${missing.join(', ')} …\n`);
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', ...missing);
}

function apt(...args) {
  const { status, error } = spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    stdio: ['ignore', 'ignore', 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (error !== undefined || status !== 0) fail(`apt-get ${args.join(' ')} failed`);
}
