import { html, type Markup } from './markup.ts';

/** The longest wait that the stylesheet can count. */
const longest = 30;
const step = 5;

/**
 * A button that appears when it may be used, with the seconds until then counted in its place, by the stylesheet alone. The form behind it
 * has to be refused by the server as long as it is too early: a browser without animations shows the button at once.
 *
 * @param seconds until it may be used; 0: now
 * @param until what is said before, in front of the number
 */
export function countdown(seconds: number, until: string, then: Markup): Markup {
  if (seconds <= 0) return then;
  const wait = Math.min(longest, Math.ceil(seconds / step) * step);
  return html`<div class="countdown wait-${wait}">
    <p class="until hint"><span>${until}</span> <span class="digits" aria-hidden="true"></span></p>
    <div class="then">${then}</div>
  </div>`;
}
