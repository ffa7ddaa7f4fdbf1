import { html, type Markup } from './markup.ts';

/** The longest wait that the stylesheet can count. */
const longest = 30;
const step = 5;

/**
 * A button that appears when it may be used, with the seconds until then counted in its place, by the stylesheet alone. The form behind it
 * has to be refused by the server as long as it is too early: a browser without animations shows the button at once.
 *
 * @param seconds until it may be used; 0: now
 * @param until what is said before, with `{n}` where the seconds are counted
 */
export function countdown(seconds: number, until: string, then: Markup): Markup {
  if (seconds <= 0) return then;
  const [before = '', after = ''] = until.split('{n}');
  const wait = Math.min(longest, Math.ceil(seconds / step) * step);
  return html`<div class="countdown wait-${wait}">
    <p class="until hint">${before}<span class="digits"></span>${after}</p>
    <div class="then">${then}</div>
  </div>`;
}
