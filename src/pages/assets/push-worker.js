// Wakes the user when a sign-in waits for his approval, and brings him to the page that asks. It keeps and loads nothing.
self.addEventListener('push', (event) => {
  let message = {};
  try {
    message = event.data.json();
  } catch {
    // A browser has to show something for every message, even for one that it cannot read.
  }
  const { title = 'Countersign', body = '' } = message;
  event.waitUntil(
    // A later question takes the place of the one before, and rings again.
    self.registration.showNotification(title, { body, tag: 'question', renotify: true, requireInteraction: true }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(showPage());
});

async function showPage() {
  const page = self.registration.scope;
  const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const shown = open.find(({ url }) => url.split(/[?#]/)[0] === page);
  return shown === undefined ? self.clients.openWindow(page) : shown.focus();
}
