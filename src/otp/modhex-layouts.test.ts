import { describe, expect, test } from 'vitest';
import vectors from '../../test/vectors/yubikey-otp.json' with { type: 'json' };
import { decodeYubikeyOtp, splitYubikeyOtp, toModhex } from './index.ts';

const sample = vectors.published_sample;

/** The published sample, typed by the same keys where another layout is set. Made with the key maps of X.Org, letter by letter. */
const typed = {
  'QWERTY, QWERTZ, AZERTY': 'dteffujehknhfjbrjnlnldnhcujvddbikngjrtgh',
  'caps lock': 'DTEFFUJEHKNHFJBRJNLNLDNHCUJVDDBIKNGJRTGH',
  Dvorak: 'ey.uugh.dtbduhxphbnbnebdjghkeexctbihpyid',
  'Dvorak with caps lock': 'EY.UUGH.DTBDUHXPHBNBNEBDJGHKEEXCTBIHPYID',
  Russian: 'веуаагоурлтраоикотдтдвтрсгомввишлтпокепр',
  'Russian with caps lock': 'ВЕУААГОУРЛТРАОИКОТДТДВТРСГОМВВИШЛТПОКЕПР',
  Greek: 'δτεφφθξεηκνηφξβρξνλνλδνηψθξωδδβικνγξρτγη',
  Hebrew: 'גאקככוחקילמיכחנרחמךמךגמיבוחהגגנןלמעחראעי',
  'Turkish Q': 'dteffujehknhfjbrjnlnldnhcujvddbıkngjrtgh',
};

describe('toModhex', () => {
  test.each(Object.entries(typed))('reads what was typed with %s', (_layout, text) => {
    expect(toModhex(text)).toBe(sample.otp);
    expect(splitYubikeyOtp(text)?.publicId).toBe(sample.public_id_modhex);
    expect(decodeYubikeyOtp(text, Buffer.from(sample.aes_key_hex, 'hex'))?.usageCounter).toBe(sample.usage_counter);
  });

  test.each(vectors.vectors.filter(({ otp }) => otp.length > 32))('leaves what is modhex alone: $otp', ({ otp }) => {
    expect(toModhex(otp)).toBe(otp);
  });

  test.each([
    'a',
    'xx' + sample.otp,
    typed.Dvorak.slice(1) + 'с',
    typed.Russian.slice(1) + 'c',
    typed.Greek + 'a',
    'с',
    '\u212a'.repeat(32),
    '０１',
    'toString',
  ])('does not mix layouts, nor guess: %j', (text) => {
    expect(toModhex(text)).toBeUndefined();
  });
});
