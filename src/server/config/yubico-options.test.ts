import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CountersignError } from '../../core/errors.ts';
import { temporaryFolder } from '../server.fixture.ts';
import { resolveConfig } from './resolve-config.ts';

const apiKey = 'mG5be6ZJU1qBGz24yPh/ESM3UdU=';
const folder = temporaryFolder();
afterAll(() => folder.remove());

const resolve = (yubico: object) => resolveConfig({ file: JSON.stringify({ yubico }), env: {} }).yubico;

function mistakes(yubico: object): readonly { path: string; message: string }[] {
  try {
    resolve(yubico);
  } catch (error) {
    if (error instanceof CountersignError) return error.issues;
    throw error;
  }
  return [];
}

describe('the validation servers', () => {
  test('are nobody, unless a client id is given', () => {
    expect(resolveConfig({ env: {} }).yubico).toBeUndefined();
    expect(resolve({ urls: ['https://validation.example.org/verify'] })).toBeUndefined();
  });

  test('are that of Yubico by default, and others by their URLs', () => {
    expect(resolve({ clientId: 7, apiKey })).toEqual({
      clientId: 7,
      apiKey,
      urls: ['https://api.yubico.com/wsapi/2.0/verify'],
      timeoutMs: 5000,
    });
    const urls = ['https://a.example.org/wsapi/2.0/verify', 'http://192.0.2.1:8300/wsapi/2.0/verify'];
    expect(resolve({ clientId: 7, apiKey, urls, timeoutMs: 800 })).toMatchObject({ urls, timeoutMs: 800 });
  });

  test('are asked with a key that may stand in a file', () => {
    const apiKeyFile = join(folder.path, 'api-key');
    writeFileSync(apiKeyFile, `${apiKey}\n`);
    expect(resolve({ clientId: 7, apiKeyFile })).toMatchObject({ apiKey });
    expect(mistakes({ clientId: 7, apiKey, apiKeyFile })).toMatchObject([{ path: 'yubico.apiKeyFile' }]);
    expect(mistakes({ clientId: 7, apiKeyFile: `${apiKeyFile}.gone` })).toMatchObject([{ path: 'yubico.apiKeyFile' }]);
    writeFileSync(apiKeyFile, 'no key');
    expect(mistakes({ clientId: 7, apiKeyFile })).toMatchObject([{ path: 'yubico.apiKeyFile' }]);
  });

  test.each([
    [{ clientId: 7 }, 'yubico.apiKeyFile'],
    [{ apiKey }, 'yubico.clientId'],
    [{ clientId: 0, apiKey }, 'yubico.clientId'],
    [{ clientId: 7, apiKey: 'c2hvcnQ=' }, 'yubico.apiKey'],
    [{ clientId: 7, apiKey: 'not base64' }, 'yubico.apiKey'],
    [{ clientId: 7, apiKey, urls: [] }, 'yubico.urls'],
    [{ clientId: 7, apiKey, urls: ['ftp://a.example.org/'] }, 'yubico.urls.0'],
    [{ clientId: 7, apiKey, urls: ['https://user:x@a.example.org/'] }, 'yubico.urls.0'],
    [{ clientId: 7, apiKey, urls: ['https://a.example.org/?id=1'] }, 'yubico.urls.0'],
    [{ clientId: 7, apiKey, timeoutMs: 0 }, 'yubico.timeoutMs'],
  ])('are refused as %j', (yubico, path) => {
    const told = mistakes(yubico);
    expect(told).toMatchObject([{ path }]);
    expect(JSON.stringify(told)).not.toContain(apiKey);
  });
});
