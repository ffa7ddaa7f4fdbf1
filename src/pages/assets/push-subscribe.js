// Asks the browser for a way to wake it, before the form is sent. Whatever fails: the form is sent without.
const place = document.getElementById('subscribe');
const form = place?.querySelector('form');

if (
  place?.dataset.key !== undefined &&
  'serviceWorker' in navigator &&
  'PushManager' in window &&
  Notification.permission !== 'denied'
) {
  for (const part of document.querySelectorAll('[data-may-notify]')) part.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    form.querySelector('button').disabled = true;
    void send();
  });
}

async function send() {
  try {
    form.elements.subscription.value = JSON.stringify(await Promise.race([subscribe(), giveUp()]));
  } catch {
    // The browser is a device all the same.
  }
  form.submit();
}

/** A push service that cannot be reached answers nothing. Whoever still reads the question of his browser has time. */
async function giveUp() {
  do await new Promise((resolve) => setTimeout(resolve, 10_000));
  while (Notification.permission === 'default');
  throw new Error('no push service');
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== 'granted') throw new Error('not permitted');
  const registration = await navigator.serviceWorker.register(place.dataset.worker);
  await activated(registration);
  return registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytesOf(place.dataset.key),
  });
}

/** A worker that was just registered takes a moment; this page is outside of its scope, so `ready` would never come. */
function activated({ installing, waiting, active }) {
  const worker = active ?? waiting ?? installing;
  return new Promise((resolve) => {
    const look = () => worker.state === 'activated' && resolve();
    worker.addEventListener('statechange', look);
    look();
  });
}

function bytesOf(base64url) {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
