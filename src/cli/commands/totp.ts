import { Command, InvalidArgumentError } from 'commander';
import { CountersignError } from '../../core/errors.ts';
import type { TotpOptions } from '../../otp/index.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  algorithm: string;
  digits: number;
  period: number;
}

export function totpCommand(terminal: Terminal): Command {
  return new Command('totp')
    .description('print the code that an authenticator app shows now; for trying things out')
    .argument('<secret>', 'base32, or an otpauth:// URI, which says the rest, too')
    .option('--algorithm <name>', 'SHA1, SHA256 or SHA512', 'SHA1')
    .option('--digits <count>', 'of the code', readNumber, 6)
    .option('--period <seconds>', 'of a step', readNumber, 30)
    .action(async (secret: string, options: Options) => {
      const { totp } = await import('../../otp/index.ts');
      terminal.print(totp({ ...(await readKey(secret, options)), time: Date.now() }));
    });
}

async function readKey(text: string, options: Options): Promise<Omit<TotpOptions, 'time'>> {
  const { decodeBase32, otpAlgorithms, parseOtpauthUri } = await import('../../otp/index.ts');
  if (!/^otpauth:/i.test(text)) {
    const algorithm = otpAlgorithms.find((name) => name === options.algorithm.toUpperCase().replace('-', ''));
    const message = `must be one of ${otpAlgorithms.join(', ')}`;
    if (algorithm === undefined)
      throw new CountersignError('invalid_parameters', { issues: [{ path: '--algorithm', message }] });
    return { secret: decodeBase32(text), algorithm, digits: options.digits, period: options.period };
  }
  const key = parseOtpauthUri(text);
  if (key.type === 'totp') return key;
  throw new CountersignError('invalid_parameters', {
    issues: [{ path: 'secret', message: 'is of a token whose codes change with use (hotp), not with time' }],
  });
}

function readNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.');
  return Number(text);
}
