import { plural } from '../../../core/language.ts';
import type { MessageTexts } from './message-texts.ts';

export const en: MessageTexts = {
  code: {
    subject: (issuer) => `Your code for ${issuer}`,
    request: (issuer, user) =>
      `You asked for a code to sign in to ${issuer}${user === undefined ? '' : ` as ${user}`}. Enter it where you were asked for it, and nowhere else.`,
    lifetime: (minutes) => plural('en', minutes, { one: '{n} minute', other: '{n} minutes' }),
    validity: (lifetime) => (lifetime === undefined ? 'It works once.' : `It is valid for ${lifetime} and works once.`),
    warning: 'If you did not try to sign in, tell your administrator. Nobody will ever ask you for this code.',
    short: (code, issuer) => `${code} is your code for ${issuer}.`,
    shortValidity: (lifetime) => `Valid for ${lifetime}.`,
    doNotShare: 'Do not share it.',
  },
  question: {
    subject: (issuer) => `Sign-in to ${issuer}`,
    text: ({ user, ip, reference }) => {
      const as = user === undefined ? '' : ` as ${user}`;
      const from = ip === undefined ? '' : ` from ${ip}`;
      const purpose = reference === undefined ? '' : ` (${reference})`;
      return `Somebody signs in${as}${from}${purpose}. Is it you? Then open this and enter the number that is shown there.`;
    },
    warning: 'If it is not you, say so there.',
  },
  notice: {
    titles: {
      device_added: 'A device was added to your account',
      device_removed: 'A device was removed from your account',
      device_renamed: 'A device of your account has a new name',
      device_suspended: 'A device of your account was switched off',
      recovery_codes_replaced: 'You have new recovery codes',
      user_locked: 'Your account takes no answers for now',
      push_refused: 'A sign-in was refused',
      access_pass_issued: 'An access pass was issued for your account',
      browser_trusted: 'A browser is trusted now',
      browser_revoked: 'A browser is not trusted any more',
      device_resynchronized: 'A device was set right again',
    },
    happened: {
      device_added: (name) => `The device “${name}” can be used from now on to prove that it is you.`,
      device_removed: (name) => `The device “${name}” can no longer be used to prove that it is you.`,
      device_renamed: (name) => `The device is called “${name}” now.`,
      device_suspended: (name) => `The device “${name}” cannot be used until it is switched on again.`,
      recovery_codes_replaced: () => 'The recovery codes that you had before no longer work.',
      user_locked: () => 'Too many wrong answers were given in your name. No answer is accepted for a while.',
      push_refused: (name) => `On “${name}” somebody said that a sign-in in your name was not wanted.`,
      access_pass_issued: () =>
        'An administrator has issued a temporary access pass. Whoever has it can sign in once in your name.',
      browser_trusted: (name) => `“${name}” may skip the second factor for a while.`,
      browser_revoked: (name) =>
        name === ''
          ? 'No browser may skip the second factor any more.'
          : `“${name}” may not skip the second factor any more.`,
      device_resynchronized: (name) => `“${name}” was set right with two of its codes.`,
    },
    account: (user, integration) => `Account: ${user}${integration === undefined ? '' : `, ${integration}`}`,
    time: (time) => `Time: ${time}`,
    address: (ip) => `Network address: ${ip}`,
    warning: 'If this was not you, tell your administrator at once.',
  },
};
