import { plural } from '../../../core/language.ts';

/** The texts of the page Challenge. */
export const en = {
  title: 'Is it you?',
  asks: (integration: string) => `${integration} asks you to prove it.`,
  purpose: (reference: string) => `For: ${reference}`,
  answer: 'Continue',
  leads: {
    totp: (device: string) => `Type the code that “${device}” shows now.`,
    hotp: (device: string) => `Type the next code of “${device}”.`,
    sent: (target: string) => `We have sent a code to ${target}.`,
    yubikey: 'Click into the field and touch your YubiKey. It types the rest.',
    'recovery-codes': 'Type one of your recovery codes. It does not work a second time.',
    'temporary-access-pass': 'Type the pass that your help desk gave you.',
    generic: (device: string) => `Type the code of “${device}”.`,
  },
  labels: {
    code: 'Code',
    yubikey: 'What the key types',
    'recovery-codes': 'Recovery code',
    'temporary-access-pass': 'Access pass',
  },
  resend: {
    button: 'Send another code',
    wait: 'Another code in {n} s',
    tooEarly: (seconds: string) => `You can ask for another code in ${seconds}.`,
    sent: 'We have sent another code. The one before does not work any more.',
  },
  webauthn: {
    lead: 'Your browser will ask for your fingerprint, your face, your PIN, or for a key that you touch.',
    button: 'Use passkey or key',
    working: 'Follow what your browser says …',
    failed: 'That did not work or was cancelled. Try again, or try another way.',
    unsupported: 'This browser knows no passkeys. Try another way.',
    noScript: 'This way needs JavaScript. Switch it on, or try another way.',
  },
  push: {
    lead: (device: string) => `We ask you on “${device}”. Open it, and type this number there:`,
    number: 'The number to type there',
    waiting: 'Waiting for your answer …',
  },
  other: {
    link: 'Try another way',
    title: 'Choose another way',
    lead: 'Which of these do you have at hand?',
    left: (count: number) => plural('en', count, { one: '{n} code left', other: '{n} codes left' }),
    lost: 'None of these at hand? Ask your administrator.',
    none: 'You have nothing else that you could use here. Ask your administrator.',
  },
  ended: {
    failed: {
      title: 'That did not work',
      text: 'There were too many wrong answers, or the message could not be sent.',
    },
    denied: { title: 'This was refused', text: 'It was refused on another device. If it was you, begin again.' },
    expired: { title: 'Time has run out', text: 'Begin again, or try another way.' },
  },
};

export type ChallengeTexts = typeof en;
