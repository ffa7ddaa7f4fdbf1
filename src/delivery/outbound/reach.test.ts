import { describe, expect, test } from 'vitest';
import { reachOf } from './reach.ts';
import { readTarget } from './read-target.ts';

const way = { port: 443, secure: true };

/** What is said about the address that a URL spells, as `outbound` asks. */
function judge(url: string, reach = reachOf({})): string | undefined {
  const target = readTarget(url);
  return 'refused' in target ? target.refused : reach.refuse(target.host, target);
}

describe('an address of this machine or of a house', () => {
  test.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://127.000.000.001/',
    'https://0/',
    'https://0.0.0.0/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0x7f000001/',
    'https://017700000001/',
    'https://0177.0.0.1/',
    'https://%31%32%37.0.0.1/',
    'https://①②⑦.⓪.⓪.①/',
    'https://127.0.0.1./',
    'https://[::1]/',
    'https://[::]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b:1::a00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2002:a00:1::1]/',
    'https://[2001:0:7f00:1::1]/',
    'https://[fe80::1]/',
    'https://[fc00::1]/',
    'https://[fd00:ec2::254]/',
    'https://[fec0::1]/',
    'https://[ff02::1]/',
    'https://10.0.0.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.0.1/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://240.0.0.1/',
    'https://255.255.255.255/',
  ])('is not reached, however it is written: %s (OUT-01)', (url) => {
    expect(judge(url)).toBe('leads to an address that may not be reached');
  });

  test.each([
    ['file:///etc/passwd', 'not an http:// or https:// URL'],
    ['gopher://192.0.2.1/', 'not an http:// or https:// URL'],
    ['ftp://192.0.2.1/', 'not an http:// or https:// URL'],
    ['data:text/plain,x', 'not an http:// or https:// URL'],
    ['javascript:alert(1)', 'not an http:// or https:// URL'],
    ['https://', 'not an http:// or https:// URL'],
    ['//192.0.2.1/', 'not an http:// or https:// URL'],
    ['https://[fe80::1%25eth0]/', 'not an http:// or https:// URL'],
    ['https://256.1.1.1/', 'not an http:// or https:// URL'],
    ['https://user:pass@8.8.8.8/', 'the URL holds a user or a password'],
    ['https://hooks.example.org@127.0.0.1/', 'the URL holds a user or a password'],
    ['https://8.8.8.8:22/', 'port 22 may not be reached'],
    ['https://8.8.8.8:6379/', 'port 6379 may not be reached'],
    ['http://8.8.8.8/', 'only https may be used over the Internet'],
    ['http://8.8.8.8:443/', 'only https may be used over the Internet'],
  ])('%s is refused (OUT-01)', (url, reason) => {
    expect(judge(url)).toBe(reason);
  });
});

test.each(['https://8.8.8.8/', 'https://[2606:4700::1111]/', 'https://172.32.0.1/', 'https://100.128.0.1/'])(
  '%s may be reached',
  (url) => {
    expect(judge(url)).toBeUndefined();
  },
);

describe('what the operator allows', () => {
  test('may be reached at any port and without TLS, and nothing beside it', () => {
    const reach = reachOf({ allowedNetworks: ['10.1.0.0/16', 'fd00::/64'] });
    for (const url of [
      'http://10.1.2.3:8080/',
      'https://10.1.2.3/',
      'http://[fd00::1]:13013/',
      'http://[::ffff:10.1.2.3]/',
    ])
      expect([url, judge(url, reach)]).toEqual([url, undefined]);
    for (const url of ['https://10.2.0.1/', 'https://[fd00:0:0:1::1]/', 'https://127.0.0.1/'])
      expect([url, judge(url, reach)]).toEqual([url, 'leads to an address that may not be reached']);
  });

  test('are ports of public addresses, over TLS', () => {
    const reach = reachOf({ allowedPorts: [443, 8443] });
    expect(judge('https://8.8.8.8:8443/', reach)).toBeUndefined();
    expect(judge('http://8.8.8.8:8443/', reach)).toBe('only https may be used over the Internet');
    expect(reach.refuse('10.0.0.1', way)).toBe('leads to an address that may not be reached');
  });

  test('a text that is no address is not reached', () => {
    for (const text of ['', 'localhost', '1', '8.8.8', '::g', '8.8.8.8/8'])
      expect([text, reachOf({}).refuse(text, way)]).toEqual([text, 'leads to an address that may not be reached']);
  });
});
