import { html, type Markup, raw } from './markup.ts';

/** Strokes on a field of 24 by 24. */
const strokes = {
  phone: 'M8 2.5h8a2 2 0 0 1 2 2v15a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2v-15a2 2 0 0 1 2-2zM11 18.5h2',
  dial: 'M4 6.5h16a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 16V8A1.5 1.5 0 0 1 4 6.5zM7 12h.01M11 12h.01M15 12h.01M18 12h.01',
  mail: 'M4 5.5h16a1.5 1.5 0 0 1 1.5 1.5v10a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 17V7A1.5 1.5 0 0 1 4 5.5zM3 7l9 6.5L21 7',
  bubble:
    'M5 4.5h14A2.5 2.5 0 0 1 21.5 7v7a2.5 2.5 0 0 1-2.5 2.5h-7l-5 4v-4H5A2.5 2.5 0 0 1 2.5 14V7A2.5 2.5 0 0 1 5 4.5zM8 10.5h.01M12 10.5h.01M16 10.5h.01',
  key: 'M15.5 2.5a6 6 0 0 0-5.7 7.9L2.5 17.7v3.8h3.8l1.2-1.2v-2h2v-2h2l2.1-2.1a6 6 0 1 0 1.9-11.7zM17 7h.01',
  finger:
    'M12 11v2.5a12 12 0 0 1-1.5 6M8.5 20a13 13 0 0 0 1-5V11a2.5 2.5 0 0 1 5 0v2a15 15 0 0 1-1.2 7M5.5 18a10 10 0 0 0 1-4.5V11a5.5 5.5 0 0 1 9.5-3.7M17.5 11v2a18 18 0 0 1-.7 5M4 11a8 8 0 0 1 12-6.9M19 8a8 8 0 0 1 1 3v2',
  bell: 'M6 10a6 6 0 0 1 12 0c0 5 2 6.5 2 6.5H4S6 15 6 10zM10 20a2.2 2.2 0 0 0 4 0',
  list: 'M6 3.5h12A1.5 1.5 0 0 1 19.5 5v14a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 19V5A1.5 1.5 0 0 1 6 3.5zM8.5 8.5h7M8.5 12h7M8.5 15.5h4',
  shield: 'M12 2.8l7.5 2.8v6c0 4.8-3.1 8-7.5 9.6-4.4-1.6-7.5-4.8-7.5-9.6v-6z',
  done: 'M4.5 12.5l5 5 10-11',
  failed: 'M6 6l12 12M18 6L6 18',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2',
} as const;

export type IconName = keyof typeof strokes;

const ofKinds: Readonly<Record<string, IconName>> = {
  totp: 'phone',
  hotp: 'dial',
  email: 'mail',
  sms: 'bubble',
  yubikey: 'key',
  webauthn: 'finger',
  push: 'bell',
  'recovery-codes': 'list',
};

/** A drawing that says nothing which the words beside it do not. */
export function icon(name: IconName, className = ''): Markup {
  return html`<svg
    class="${`icon ${className}`.trim()}"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    <path d="${raw(strokes[name])}" />
  </svg>`;
}

export function kindIcon(kind: string, className = ''): Markup {
  return icon(ofKinds[kind] ?? 'shield', className);
}
