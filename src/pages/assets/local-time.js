// Shows times in the zone of the reader; without it they stand there in UTC.
const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });

function showTimes() {
  for (const time of document.querySelectorAll('time[data-local]')) {
    time.firstElementChild.textContent = format.format(new Date(time.dateTime));
  }
}

showTimes();
// Another script has put new ones on the page.
document.addEventListener('renewed', showTimes);
