import { html, raw } from 'hono/html';

/** A piece of a page. What is put into {@link html} is escaped; nothing else makes one. */
export type Markup = ReturnType<typeof html>;

export { html, raw };

/** Nothing, where a piece may be left out. */
export const nothing: Markup = html``;
