import { plural } from '../../../core/language.ts';

/** What every page says: the frame, buttons, refusals, the names of device kinds. */
export const en = {
  language: 'Language',
  change: 'Change',
  errorPrefix: 'Error: ',
  cancel: 'Cancel',
  back: 'Back',
  continue: 'Continue',
  backTo: (name: string) => `Back to ${name}`,
  mayClose: 'You can close this page.',
  done: { title: 'All done', already: 'You were sent back already. This page has nothing more to do.' },
  ticketInvalid: {
    title: 'This link does not work any more',
    text: 'It has run out, or was not copied completely. Go back to where you came from and start again.',
  },
  notFound: { title: 'There is nothing here', text: 'The address is not one of ours.' },
  foreign: {
    title: 'This came from another page',
    text: 'For your safety nothing was done. Open the link again and use its own buttons.',
  },
  broken: {
    title: 'Something went wrong',
    text: 'Nothing was accepted and nothing was changed. Try again in a moment.',
  },
  unavailable: { title: 'We cannot answer right now', text: 'Nothing was changed. Try again in a moment.' },
  refusals: {
    answer_refused: (left: number) =>
      left === 0
        ? 'That was not right.'
        : `That was not right. ${plural('en', left, { one: 'You have {n} more try.', other: 'You have {n} more tries.' })}`,
    empty: 'Fill in this field.',
    too_many_attempts: 'Too many tries. Wait a while before you try again.',
    too_many_messages: 'We have sent too many messages. Wait a while before you ask for another.',
    delivery_failed: 'The message could not be sent. Try another way, or try again later.',
    kind_not_allowed: 'This is not allowed here. Choose another way.',
    mail_domain_not_allowed: 'Addresses of this domain are not allowed here.',
    phone_number_not_allowed: 'Numbers of this country are not allowed here.',
    authenticator_not_allowed: 'This make of security key is not allowed here.',
    already_exists: 'You have this already.',
    name_taken: 'Another of your devices has this name.',
    invalid_parameters: 'This does not look right. Check it and try again.',
    wrong_state: 'This was done already, or cannot be done any more.',
    no_device: 'There is nothing you could answer with.',
    user_inactive: 'Your account cannot be used at the moment.',
    other: 'That did not work. Try again.',
  },
  notArrived: {
    email: 'Nothing there? It can take a minute. Look into your spam folder, too.',
    other: 'Nothing there? It can take a minute.',
  },
  minutes: (count: number) => plural('en', count, { one: '{n} minute', other: '{n} minutes' }),
  seconds: (count: number) => plural('en', count, { one: '{n} second', other: '{n} seconds' }),
  kinds: {
    totp: { title: 'Authenticator app', hint: 'An app on your phone shows codes. Works without a connection.' },
    hotp: { title: 'Code generator', hint: 'A small device or an app that shows a new code at every press.' },
    email: { title: 'E-mail', hint: 'We send a code to your mail address.' },
    sms: { title: 'Text message', hint: 'We send a code to your phone.' },
    yubikey: { title: 'YubiKey', hint: 'Touch the key and it types a code for you.' },
    webauthn: {
      title: 'Passkey or security key',
      hint: 'Your fingerprint, your face, or a key that you plug in or hold close.',
    },
    push: { title: 'Approve on another device', hint: 'A browser that you use already asks you, and you agree there.' },
    'recovery-codes': { title: 'Recovery code', hint: 'One of the codes that you printed or wrote down.' },
    'temporary-access-pass': { title: 'Access pass', hint: 'A pass that your help desk gave you. It works once.' },
  },
};

export type LayoutTexts = typeof en;
