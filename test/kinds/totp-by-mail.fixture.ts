import { type KindUnderTest, otherDigits, present } from './kind-under-test.fixture.ts';

/** A mailbox to which the codes of a TOTP device go. */
export const totpByMail: KindUnderTest = {
  title: 'totp by mail',
  kind: 'totp',
  answers: 'code',
  verifies: false,
  sent: true,
  pauseMs: 30_000,
  make(user) {
    const seen: string[] = [];
    const read = (code: string | undefined) => {
      if (code !== undefined) seen.push(code);
      return { code: present(seen.at(-1), 'code') };
    };
    return {
      options: { transport: { channel: 'mail', to: `${user}@example.org` } },
      confirm: ({ message }) => read(message?.values['code']),
      answer: ({ message }) => read(message?.values['code']),
      wrong: ({ message }, number) => ({ code: otherDigits([...seen, message?.values['code'] ?? ''], 6, number) }),
      secrets: () => [`${user}@example.org`],
    };
  },
};
