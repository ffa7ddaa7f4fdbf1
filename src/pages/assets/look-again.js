// Waits for an answer that is given elsewhere. What there is to see is written by the server; this only asks whether that has changed.
const every = 2000;
const { look } = document.querySelector('[data-look]').dataset;

async function isAwaited() {
  try {
    const answer = await fetch(look, { cache: 'no-store' });
    return answer.ok && (await answer.text()) === 'pending';
  } catch {
    // No connection: it comes back.
    return true;
  }
}

async function lookAgain() {
  if (await isAwaited()) setTimeout(() => void lookAgain(), every);
  else location.reload();
}

setTimeout(() => void lookAgain(), every);
