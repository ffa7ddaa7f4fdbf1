import { html, type Markup, nothing } from './markup.ts';

/** One line of input with its label, its hint and what is wrong with it. */
export interface Field {
  name: string;
  label: string;
  hint?: string | undefined;
  /** What is wrong; announced, and tied to the field. */
  error?: string | undefined;
  value?: string;
  /**
   * `code`: digits, and the phone offers what it has received; `text-code`: a code with letters; `email`, `tel`: addresses; `text`: a
   * name. None of them is a number: a code may begin with zero.
   */
  sort: 'code' | 'text-code' | 'email' | 'tel' | 'text';
  /** Default true. */
  required?: boolean;
  /** The reader starts here. Default false. */
  focus?: boolean;
  /** Longest input. Default 256. */
  maxLength?: number;
}

const attributes = {
  code: html`type="text" inputmode="numeric" autocomplete="one-time-code" class="code" dir="ltr" spellcheck="false"`,
  'text-code': html`type="text" autocomplete="one-time-code" class="code text" dir="ltr" autocapitalize="none"
  spellcheck="false"`,
  email: html`type="email" autocomplete="email" dir="ltr" spellcheck="false"`,
  tel: html`type="tel" autocomplete="tel" dir="ltr"`,
  text: html`type="text" autocomplete="off"`,
} as const;

/** A field of a form. */
export function field({ name, label, hint, error, value, sort, required, focus, maxLength }: Field): Markup {
  const described = [error === undefined ? '' : `${name}-error`, hint === undefined ? '' : `${name}-hint`];
  const descriptions = described.filter((id) => id !== '').join(' ');
  return html`<div class="${error === undefined ? 'field' : 'field wrong'}">
    <label for="${name}">${label}</label>
    ${hint === undefined ? nothing : html`<p class="hint" id="${name}-hint">${hint}</p>`}
    ${fieldError(`${name}-error`, error)}
    <input
      id="${name}"
      name="${name}"
      ${attributes[sort]}
      maxlength="${maxLength ?? 256}"
      ${value === undefined ? nothing : html`value="${value}"`}
      ${required === false ? nothing : html`required`}
      ${focus === true ? html`autofocus` : nothing}
      ${descriptions === '' ? nothing : html`aria-describedby="${descriptions}"`}
      ${error === undefined ? nothing : html`aria-invalid="true"`}
    />
  </div>`;
}

/** What is wrong, announced by readers of the screen as soon as the page is there; the region exists without a mistake, too. */
export function fieldError(id: string, error: string | undefined): Markup {
  return html`<p class="error" id="${id}" role="alert" aria-live="assertive">${error ?? ''}</p>`;
}

/** What went wrong or well, above everything else of the page. */
export function note(sort: 'bad' | 'good' | 'plain', text: string | undefined): Markup {
  if (text === undefined) return nothing;
  return html`<p class="note ${sort}" role="${sort === 'bad' ? 'alert' : 'status'}">${text}</p>`;
}
