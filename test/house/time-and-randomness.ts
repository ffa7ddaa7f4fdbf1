import type { SourceFile } from './source-files.ts';
import { lineAt } from './source-text.ts';

/** Whatever tells the time, waits for it, or draws lots (design law 9). */
const sources =
  /\bDate\.now\b|\bnew Date\(\s*\)|(?<!new )\bDate\(\s*\)|\bperformance\.now\b|\bhrtime\b|\b(?:setTimeout|setInterval)\s*\(|\bMath\.random\b|\b(?:randomBytes|randomFill|randomFillSync|randomInt|randomUUID|getRandomValues|generateKey|generateKeySync|generateKeyPair|generateKeyPairSync)\b/g;

/** Who may ask for them himself, what, and why. */
export const permitted: readonly { path: string; source: string; why: string }[] = [
  { path: 'src/core/clock.ts', source: 'Date.now', why: 'is the clock' },
  { path: 'src/core/random.ts', source: 'randomBytes', why: 'is the randomness' },
  {
    path: 'src/crypto/key-file.ts',
    source: 'randomUUID',
    why: 'a temporary file needs a name that no other process has',
  },
  {
    path: 'src/pages/push/event-stream.ts',
    source: 'setTimeout(',
    why: 'a page that stays open looks every second for what is new',
  },
  {
    path: 'src/delivery/outbound/outbound.ts',
    source: 'setTimeout(',
    why: 'a server that does not answer is given up',
  },
  {
    path: 'src/delivery/sms/smpp/',
    source: 'setTimeout(',
    why: 'a message centre that does not answer is given up, and one that is silent is tried',
  },
  {
    path: 'src/delivery/smtp-delivery.ts',
    source: 'setTimeout(',
    why: 'a mail server that does not answer is given up',
  },
  {
    path: 'src/store/open-store.ts',
    source: 'Math.random',
    why: 'transactions that aborted one another must not meet again; nothing depends on the number',
  },
  { path: 'src/server/', source: '', why: 'wires the clock and the randomness; listens, waits and shuts down' },
  { path: 'src/cli/', source: '', why: 'talks to the machine it runs on' },
];

/** A use of a source of time or randomness. */
export interface UseOfSource {
  path: string;
  line: number;
  source: string;
}

export function findSources({ path, bare }: SourceFile): UseOfSource[] {
  return [...bare.matchAll(sources)].map((match) => ({ path, line: lineAt(bare, match.index), source: match[0] }));
}

export function isPermitted(use: UseOfSource): boolean {
  return permitted.some(({ path, source }) => use.path.startsWith(path) && (source === '' || source === use.source));
}
