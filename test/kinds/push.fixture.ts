import { createECDH, randomBytes } from 'node:crypto';
import type { KindUnderTest } from './kind-under-test.fixture.ts';

/** A browser that was asked to approve sign-ins, and its user, who reads the number where he wants to sign in. */
export const push: KindUnderTest = {
  title: 'push',
  kind: 'push',
  answers: 'response',
  verifies: false,
  ownSecret: true,
  unique: true,
  policy: { prompts: { unanswered: 100 } },
  make() {
    const token = randomBytes(32).toString('base64url');
    const key = createECDH('prime256v1');
    const subscription = {
      endpoint: `https://push.example.org/${randomBytes(16).toString('hex')}`,
      keys: { p256dh: key.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') },
    };
    const answer = (number: unknown, by = token) => ({ response: { token: by, number } });
    const other = (number: unknown) => String(10 + ((Number(number) - 10 + 1) % 90));
    return {
      options: {},
      confirm: () => ({ response: { token, subscription } }),
      confirmWrong: (_asked, number) => ({ response: { token: `${number}`, subscription } }),
      answer: ({ shown }) => answer(shown?.['number']),
      wrong: ({ shown }) => answer(other(shown?.['number'])),
      forgeries: ({ shown }) => ({
        'the number from another browser': answer(shown?.['number'], randomBytes(32).toString('base64url')),
        'the number alone': { response: { number: shown?.['number'] } },
        'the token alone': { response: { token } },
        'every number': answer(Array.from({ length: 90 }, (_, index) => String(index + 10))),
        'the number as a code': { code: shown?.['number'] as string },
      }),
      secrets: () => [token, subscription.keys.auth, subscription.endpoint],
    };
  },
};
