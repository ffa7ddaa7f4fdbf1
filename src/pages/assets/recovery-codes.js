// Copies and prints; without it there are the print of the browser and the download.
for (const button of document.querySelectorAll('[data-copy]')) {
  const codes = document.querySelector(button.dataset.copy);
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', () => {
    const lines = [...codes.querySelectorAll('li')].map((item) => item.textContent.trim());
    const told = () => (button.textContent = button.dataset.done);
    navigator.clipboard.writeText(`${lines.join('\n')}\n`).then(told, () => (button.hidden = true));
  });
}
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
