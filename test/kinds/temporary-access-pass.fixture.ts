import { type KindUnderTest, present } from './kind-under-test.fixture.ts';

/** A code that an administrator has read out over the telephone. */
export const temporaryAccessPass: KindUnderTest = {
  title: 'temporary-access-pass',
  kind: 'temporary-access-pass',
  answers: 'code',
  verifies: true,
  madeBy: 'administrator',
  dies: true,
  make() {
    let code: string | undefined;
    const pass = () => present(code, 'access pass');
    return {
      options: { reason: 'Lost everything' },
      confirm({ shown }) {
        code = shown?.['code'] as string;
        return { code };
      },
      answer: () => ({ code: pass() }),
      wrong: (_asked, number) => ({ code: `00000-00000-${String(number).padStart(5, '0')}` }),
      forgeries: () => ({
        'half a code': { code: pass().slice(0, 11) },
        'a code that goes on': { code: `${pass()}0` },
      }),
      secrets: () => [pass(), pass().replaceAll('-', '')],
    };
  },
};
