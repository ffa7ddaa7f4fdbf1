import { randomBytes } from 'node:crypto';
import { type KindUnderTest, otherDigits, present } from './kind-under-test.fixture.ts';

/** A browser that its owner has enrolled. */
export const push: KindUnderTest = {
  title: 'push',
  kind: 'push',
  answers: 'response',
  verifies: false,
  // The suite asks more often than anybody would like to be.
  policy: { prompts: { unanswered: 100 } },
  make() {
    const token = randomBytes(32).toString('base64url');
    const numberOf = (shown: { [name: string]: unknown } | undefined) =>
      String(present(shown?.['number'], 'number to match'));
    return {
      options: {},
      confirm: () => ({ response: { token } }),
      answer: ({ shown }) => ({ response: { token, number: numberOf(shown) } }),
      wrong: ({ shown }, number) => ({ response: { token, number: otherDigits([numberOf(shown)], 2, number % 90) } }),
      forgeries: ({ shown }) => ({
        'the number without the browser': { response: { number: numberOf(shown) } },
        'the number from another browser': {
          response: { token: randomBytes(32).toString('base64url'), number: numberOf(shown) },
        },
        'the browser without the number': { response: { token } },
        'the number as a typed code': { code: numberOf(shown) },
      }),
      secrets: () => [token],
    };
  },
};
