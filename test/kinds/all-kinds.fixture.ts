import { email } from './email.fixture.ts';
import { hotp } from './hotp.fixture.ts';
import type { KindUnderTest } from './kind-under-test.fixture.ts';
import { push } from './push.fixture.ts';
import { recoveryCodes } from './recovery-codes.fixture.ts';
import { sms } from './sms.fixture.ts';
import { temporaryAccessPass } from './temporary-access-pass.fixture.ts';
import { totp } from './totp.fixture.ts';
import { totpByMail } from './totp-by-mail.fixture.ts';
import { webauthn } from './webauthn.fixture.ts';
import { yubikey } from './yubikey.fixture.ts';

/** Every kind that the suite takes through everything. A kind that is not here fails the suite. */
export const allKinds: readonly KindUnderTest[] = [
  totp,
  totpByMail,
  hotp,
  email,
  sms,
  yubikey,
  ...webauthn,
  push,
  recoveryCodes,
  temporaryAccessPass,
];
