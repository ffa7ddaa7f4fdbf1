// Keeps the questions on the page current. The server writes them; this only puts them in the place of the old ones.
async function renew() {
  const answer = await fetch(location.href, { credentials: 'same-origin', cache: 'no-store' });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const asked = fresh.getElementById('questions');
  // The device is gone: the whole page says so.
  if (asked === null) {
    location.reload();
    return;
  }
  document.title = fresh.title;
  document.querySelector('h1').textContent = fresh.querySelector('h1').textContent;
  const questions = document.getElementById('questions');
  questions.dataset.version = asked.dataset.version;
  questions.replaceChildren(...document.adoptNode(asked).childNodes);
  document.dispatchEvent(new Event('renewed'));
  questions.querySelector('input[autofocus]')?.focus();
}

const shown = () => document.getElementById('questions').dataset.version;

function listen() {
  const events = new EventSource(document.getElementById('questions').dataset.events);
  events.addEventListener('questions', ({ data }) => {
    if (data !== shown()) void renew();
  });
  events.addEventListener('error', () => {
    // The server wants no more of these: look now and then.
    if (events.readyState === EventSource.CLOSED) setInterval(() => shown() === 'none' && void renew(), 10_000);
  });
}

listen();
