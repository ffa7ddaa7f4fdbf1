import { plural } from '../../../core/language.ts';

/** The texts of the page My devices. */
export const en = {
  title: 'My devices',
  lead: (user: string) => `With these you prove that you are ${user}. You confirm every change, and are told of it.`,
  none: 'You have no device yet.',
  back: 'Back to my devices',
  add: 'Add a device',
  suspended: 'Out of use',
  lastUsed: 'Last used:',
  neverUsed: 'Not used yet',
  facts: { kind: 'Kind', address: 'Goes to', added: 'Added', used: 'Last used' },
  device: {
    nameLabel: 'Name of the device',
    save: 'Save name',
    remove: 'Remove this device',
    suspended: 'This device is out of use. Ask your administrator if you need it again.',
    last: 'This is your last device. Your recovery codes go with it, and whoever has your password can then set up a device of his own.',
  },
  resync: {
    title: 'Codes are not accepted?',
    lead: (device: string) => `Type two codes of “${device}”, one right after the other. They set its counter right.`,
    first: 'First code',
    second: 'The code after it',
    button: 'Set right',
  },
  recovery: {
    title: 'Recovery codes',
    left: (count: number) => plural('en', count, { one: '{n} code is left.', other: '{n} codes are left.' }),
    none: 'They let you in when your device is gone. You have none.',
    hint: 'When you make new ones, the old ones do not work any more.',
    renew: 'Make new codes',
    make: 'Make recovery codes',
  },
  browsers: {
    title: 'Trusted browsers',
    lead: 'Here you are not asked for a second factor.',
    until: 'Until:',
    revoke: 'Trust no more',
    revokeAll: 'Trust none of them any more',
  },
  changes: {
    add: 'Add a device',
    codes: 'New recovery codes',
    'revoke-all': 'Trust no browser any more',
    revoke: (browser: string) => `Trust “${browser}” no more`,
    rename: (from: string, to: string) => `Rename “${from}” to “${to}”`,
    remove: (device: string) => `Remove “${device}”`,
  },
  proof: {
    lead: 'Show that it is you. This is good for this one change.',
    confirm: 'Confirm',
    confirmed: 'You have confirmed it.',
    apply: 'Do it now',
  },
  noProof: 'You have nothing that could confirm this. Ask your administrator.',
  done: {
    renamed: 'The device has its new name.',
    removed: 'The device is removed.',
    revoked: 'The browser is not trusted any more.',
    'revoked-all': 'No browser is trusted any more.',
    resynchronized: 'The device is set right.',
  },
};

export type DevicesTexts = typeof en;
