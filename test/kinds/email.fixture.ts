import type { KindUnderTest } from './kind-under-test.fixture.ts';
import { readsCodes } from './sent-code.fixture.ts';

/** A mail box. */
export const email: KindUnderTest = {
  title: 'email',
  kind: 'email',
  answers: 'code',
  verifies: false,
  sent: true,
  make: (user) => readsCodes({ address: `${user}@example.org` }),
};
