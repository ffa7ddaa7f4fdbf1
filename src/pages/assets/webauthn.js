// Asks an authenticator, and sends what it answers with the form it was asked for.
const decode = (text) => {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
};
const encode = (buffer) => {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
};

/** The options of WebAuthn Level 3 §5.1.9 and §5.1.10 as browsers of Level 2 want them. */
const readOptions = (json) => {
  const named = (list) => list?.map((item) => ({ ...item, id: decode(item.id) }));
  const options = { ...json, challenge: decode(json.challenge) };
  if (json.user) options.user = { ...json.user, id: decode(json.user.id) };
  if (json.excludeCredentials) options.excludeCredentials = named(json.excludeCredentials);
  if (json.allowCredentials) options.allowCredentials = named(json.allowCredentials);
  return options;
};

/** The credential as JSON (§5.1). */
const writeCredential = (credential) => {
  const { response } = credential;
  const bytes = (name) => (response[name] ? { [name]: encode(response[name]) } : {});
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    ...(credential.authenticatorAttachment ? { authenticatorAttachment: credential.authenticatorAttachment } : {}),
    response: {
      ...bytes('clientDataJSON'),
      ...bytes('attestationObject'),
      ...bytes('authenticatorData'),
      ...bytes('signature'),
      ...bytes('userHandle'),
      ...(response.getTransports ? { transports: response.getTransports() } : {}),
    },
  };
};

for (const input of document.querySelectorAll('input[data-passkey]')) {
  const { form, dataset } = input;
  const button = form.querySelector('button:not([type])');
  const status = form.querySelector('[data-status]');
  const say = (text, failed) => {
    status.textContent = text;
    status.className = failed ? 'error' : 'hint';
  };
  say('', false);
  if (!window.PublicKeyCredential) {
    say(dataset.unsupported, true);
    button.disabled = true;
    continue;
  }
  // A page that comes back from the history must not send what it sent before.
  window.addEventListener('pageshow', () => {
    input.value = '';
    button.disabled = false;
  });
  form.addEventListener('submit', async (event) => {
    if (input.value) return;
    event.preventDefault();
    button.disabled = true;
    say(dataset.working, false);
    try {
      const publicKey = readOptions(JSON.parse(dataset.options));
      const credential = await navigator.credentials[dataset.passkey]({ publicKey });
      input.value = JSON.stringify(writeCredential(credential));
      form.requestSubmit();
    } catch {
      // Cancelled, timed out, not allowed: browsers tell them apart on purpose only a little.
      say(dataset.failed, true);
      button.disabled = false;
      button.focus();
    }
  });
}
