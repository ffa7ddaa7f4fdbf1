import { hash } from 'node:crypto';
import type { KindUnderTest } from './kind-under-test.fixture.ts';
import { readsCodes } from './sent-code.fixture.ts';

/** A telephone. Each user has a number of his own, in a range of his own. */
export const sms: KindUnderTest = {
  title: 'sms',
  kind: 'sms',
  answers: 'code',
  verifies: false,
  sent: true,
  make: (user) =>
    readsCodes({ number: `+4930${String(parseInt(hash('sha256', user).slice(0, 8), 16) % 9e7).padStart(8, '1')}` }),
};
