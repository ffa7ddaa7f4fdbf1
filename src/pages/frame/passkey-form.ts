import type { Json } from '../../core/model.ts';
import { html, type Markup } from './markup.ts';

/** What the form says while the browser asks. */
export interface PasskeyTexts {
  button: string;
  working: string;
  failed: string;
  unsupported: string;
  noScript: string;
}

/** The script that a page with a {@link passkeyFields} needs. */
export const passkeyScript = 'webauthn.js';

/**
 * The inside of a form that has the browser ask an authenticator. The script puts what it answers into `response`; until it runs, the form
 * says that it needs one.
 *
 * @param options `PublicKeyCredentialCreationOptionsJSON` or `…RequestOptionsJSON` (WebAuthn Level 3 §5.1.9 and §5.1.10)
 */
export function passkeyFields(ceremony: 'create' | 'get', options: Json, texts: PasskeyTexts): Markup {
  return html`<input
      type="hidden"
      name="response"
      data-passkey="${ceremony}"
      data-options="${JSON.stringify(options)}"
      data-working="${texts.working}"
      data-failed="${texts.failed}"
      data-unsupported="${texts.unsupported}"
    />
    <p class="hint" data-status role="status" aria-live="polite">${texts.noScript}</p>
    <button>${texts.button}</button>`;
}
