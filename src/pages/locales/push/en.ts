/** The pages of a browser that approves sign-ins. */
export const en = {
  register: {
    title: 'Approve in this browser',
    lead: (user: string) => `Whenever somebody signs in as ${user}, this browser asks whether it is you.`,
    number: 'You approve with the number that is shown where you sign in. Use a browser that nobody else uses.',
    notifications: 'Your browser will ask whether it may notify you. If you say no, you have to keep a page open.',
    button: 'Use this browser',
  },
  registered: {
    title: 'This browser is ready',
    text: 'It asks you on a page of its own. Keep that page open when you sign in elsewhere, or install it from the menu of your browser.',
    open: 'Open the page that asks you',
  },
  waiting: {
    title: 'Waiting for sign-ins',
    asked: 'Is this you?',
    none: 'Nobody is signing in at the moment.',
    stay: 'As soon as somebody does, you see it here. Keep this page open.',
    closable: 'As soon as somebody does, your browser notifies you. You may close this page.',
    wake: 'Notify me even when this page is closed',
    accounts: 'This browser approves for',
  },
  unknown: {
    title: 'This browser approves nothing',
    text: 'It was never registered, or has been removed. Add it where you manage your sign-in.',
  },
  question: {
    who: 'Application',
    user: 'Signs in as',
    from: 'From',
    notTold: 'not told',
    purpose: 'For',
    when: 'When',
    number: 'The number that is shown there',
    hint: 'You see it where you are signing in. If somebody tells it to you, refuse.',
    twoDigits: 'Enter the two digits.',
    approve: 'Approve',
    refuse: 'It was not me',
  },
  done: {
    approved: (integration: string) => `Approved. Go on in ${integration}.`,
    refused: 'Refused. Somebody may know your password: change it, and tell your administrator.',
    wrong: 'That was another number, so nobody was signed in. If it was you, begin again.',
    wakes: 'Your browser now notifies you even when this page is closed.',
    silent: 'Your browser did not allow it. Keep this page open.',
    over: 'This sign-in is over already. If it was you, begin again.',
  },
};

export type PushTexts = typeof en;
