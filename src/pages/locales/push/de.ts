import type { TextsLike } from '../../../core/language.ts';
import type { PushTexts } from './en.ts';

export const de: TextsLike<PushTexts> = {
  register: {
    title: 'In diesem Browser bestätigen',
    lead: (user) => `Wenn sich jemand als ${user} anmeldet, fragt dieser Browser, ob Sie es sind.`,
    number:
      'Sie bestätigen mit der Zahl, die dort steht, wo Sie sich anmelden. Nehmen Sie einen Browser, den sonst niemand benutzt.',
    notifications:
      'Ihr Browser fragt gleich, ob er Sie benachrichtigen darf. Wenn nicht, müssen Sie eine Seite offen lassen.',
    button: 'Diesen Browser verwenden',
  },
  registered: {
    title: 'Dieser Browser ist bereit',
    text: 'Er fragt Sie auf einer eigenen Seite. Lassen Sie diese offen, wenn Sie sich anderswo anmelden, oder installieren Sie sie über das Menü Ihres Browsers.',
    open: 'Die Seite öffnen, die Sie fragt',
  },
  waiting: {
    title: 'Warten auf Anmeldungen',
    asked: 'Sind Sie das?',
    none: 'Im Moment meldet sich niemand an.',
    stay: 'Sobald es jemand tut, sehen Sie es hier. Lassen Sie diese Seite offen.',
    closable: 'Sobald es jemand tut, meldet sich Ihr Browser. Sie können diese Seite schließen.',
    wake: 'Auch melden, wenn diese Seite zu ist',
    accounts: 'Dieser Browser bestätigt für',
  },
  unknown: {
    title: 'Dieser Browser bestätigt nichts',
    text: 'Er wurde nie eingerichtet oder wieder entfernt. Fügen Sie ihn dort hinzu, wo Sie Ihre Anmeldung verwalten.',
  },
  question: {
    who: 'Anwendung',
    user: 'Anmeldung als',
    from: 'Von',
    notTold: 'nicht bekannt',
    purpose: 'Wofür',
    when: 'Wann',
    number: 'Die Zahl, die dort steht',
    hint: 'Sie steht dort, wo Sie sich gerade anmelden. Wenn sie Ihnen jemand sagt, lehnen Sie ab.',
    twoDigits: 'Geben Sie die zwei Ziffern ein.',
    approve: 'Bestätigen',
    refuse: 'Das war ich nicht',
  },
  done: {
    approved: (integration) => `Bestätigt. Weiter geht es in ${integration}.`,
    refused:
      'Abgelehnt. Vielleicht kennt jemand Ihr Passwort: Ändern Sie es und sagen Sie Ihrem Administrator Bescheid.',
    wrong: 'Das war eine andere Zahl, deshalb wurde niemand angemeldet. Wenn Sie es waren, beginnen Sie von vorn.',
    wakes: 'Ihr Browser meldet sich ab jetzt auch, wenn diese Seite zu ist.',
    silent: 'Ihr Browser hat es nicht erlaubt. Lassen Sie diese Seite offen.',
    over: 'Diese Anmeldung ist schon zu Ende. Wenn Sie es waren, beginnen Sie von vorn.',
  },
};
