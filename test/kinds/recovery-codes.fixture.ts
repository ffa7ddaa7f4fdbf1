import { type KindUnderTest, present } from './kind-under-test.fixture.ts';

/** A sheet of paper. */
export const recoveryCodes: KindUnderTest = {
  title: 'recovery-codes',
  kind: 'recovery-codes',
  answers: 'code',
  verifies: true,
  keepsFirstAnswer: true,
  make() {
    let codes: readonly string[] = [];
    let used = 0;
    return {
      options: { count: 20 },
      confirm({ shown }) {
        codes = shown?.['codes'] as string[];
        return { code: present(codes[0], 'recovery code') };
      },
      answer: () => ({ code: present(codes[used++], 'recovery code') }),
      wrong: (_asked, number) => ({ code: `0000-0000-0000-${String(number).padStart(4, '0')}` }),
      forgeries: () => ({ 'half a code': { code: present(codes[used], 'recovery code').slice(0, 9) } }),
      secrets: () => codes.flatMap((code) => [code, code.replaceAll('-', '')]),
    };
  },
};
