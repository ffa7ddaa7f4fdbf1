import { describe, expect, test } from 'vitest';
import { makeSoftCertificate, makeSoftKey, pemOf } from '../../testing/index.ts';
import { seededRandom } from '../kind-context.fixture.ts';
import { rpIdOf, webauthnConfiguration } from './configuration.ts';

const read = (configuration: object) => webauthnConfiguration.safeParse(configuration);
const paths = (configuration: object) => read(configuration).error?.issues.map(({ path }) => path.join('.'));

describe('the configuration of passkeys', () => {
  test('works at the address where the server is by itself', () => {
    const config = webauthnConfiguration.parse({});
    expect(config).toMatchObject({
      origins: ['http://localhost:8300'],
      topOrigins: [],
      userVerification: 'preferred',
      residentKey: 'preferred',
      attestation: 'none',
    });
    expect(rpIdOf(config)).toBe('localhost');
  });

  test('takes the domain of the first origin, or another one that has an origin', () => {
    const origins = ['https://login.example.org', 'https://example.net:8443', 'android:apk-key-hash:' + 'a'.repeat(43)];
    expect(rpIdOf(webauthnConfiguration.parse({ origins }))).toBe('login.example.org');
    expect(rpIdOf(webauthnConfiguration.parse({ origins, rpId: 'example.org' }))).toBe('example.org');
    expect(paths({ origins, rpId: 'example.com' })).toEqual(['origins']);
    expect(paths({ origins, rpId: 'le.org' })).toEqual(['origins']);
    expect(paths({ rpId: 'example.org' })).toEqual(['origins']);
  });

  test.each([
    'Example.org',
    'https://example.org',
    'example.org:443',
    '192.0.2.1',
    '[2001:db8::1]',
    '.org',
    '',
    'a..b',
  ])('refuses %j as a domain', (rpId) => {
    expect(paths({ rpId, origins: ['https://example.org'] })).toContain('rpId');
  });

  test.each([
    'example.org',
    'http://example.org',
    'https://example.org/',
    'https://example.org:443',
    'https://EXAMPLE.org',
    'https://*.example.org',
    'https://user@example.org',
    'ws://example.org',
    'null',
    'http://127.0.0.1:8300',
  ])('refuses %j as an origin: browsers would not say it, or nobody can trust it (FID-02)', (origin) => {
    expect(read({ origins: [origin], rpId: 'example.org' }).success).toBe(false);
  });

  test('refuses an address, which WebAuthn does not know, and says what is to be set', () => {
    expect(paths({ origins: ['https://192.0.2.1:8300'] })).toEqual(['origins.0']);
    expect(paths({ origins: ['https://[2001:db8::1]'] })).toEqual(['origins.0']);
  });

  test('refuses an AppID that is no URL, and roots that are no certificates', () => {
    const key = makeSoftKey(seededRandom('root'));
    const pem = pemOf(makeSoftCertificate({ key }));
    expect(read({ attestationRoots: [pem], appId: 'https://example.org/app-id.json' }).success).toBe(true);
    expect(paths({ attestationRoots: [pem, 'nonsense'] })).toEqual(['attestationRoots.1']);
    expect(paths({ appId: 'http://example.org' })).toEqual(['appId']);
    expect(paths({ appId: 'example.org' })).toEqual(['appId']);
  });
});
