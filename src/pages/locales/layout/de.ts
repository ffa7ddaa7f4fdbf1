import { plural, type TextsLike } from '../../../core/language.ts';
import type { LayoutTexts } from './en.ts';

export const de = {
  language: 'Sprache',
  change: 'Wechseln',
  errorPrefix: 'Fehler: ',
  cancel: 'Abbrechen',
  back: 'Zurück',
  continue: 'Weiter',
  backTo: (name) => `Zurück zu ${name}`,
  mayClose: 'Sie können diese Seite schließen.',
  done: { title: 'Alles erledigt', already: 'Sie wurden schon zurückgeschickt. Hier ist nichts mehr zu tun.' },
  ticketInvalid: {
    title: 'Dieser Link gilt nicht mehr',
    text: 'Er ist abgelaufen oder nicht vollständig kopiert. Gehen Sie dorthin zurück, woher Sie kamen, und beginnen Sie von vorn.',
  },
  notFound: { title: 'Hier ist nichts', text: 'Diese Adresse gehört nicht zu uns.' },
  foreign: {
    title: 'Das kam von einer anderen Seite',
    text: 'Zu Ihrer Sicherheit wurde nichts getan. Öffnen Sie den Link noch einmal und benutzen Sie seine eigenen Knöpfe.',
  },
  broken: {
    title: 'Etwas ist schiefgegangen',
    text: 'Nichts wurde angenommen oder geändert. Versuchen Sie es gleich noch einmal.',
  },
  unavailable: {
    title: 'Wir können gerade nicht antworten',
    text: 'Nichts wurde geändert. Versuchen Sie es gleich noch einmal.',
  },
  refusals: {
    answer_refused: (left) =>
      left === 0
        ? 'Das war nicht richtig.'
        : `Das war nicht richtig. ${plural('de', left, { one: 'Sie haben noch {n} Versuch.', other: 'Sie haben noch {n} Versuche.' })}`,
    empty: 'Füllen Sie dieses Feld aus.',
    too_many_attempts: 'Zu viele Versuche. Warten Sie eine Weile, bevor Sie es wieder versuchen.',
    too_many_messages: 'Wir haben zu viele Nachrichten gesendet. Warten Sie eine Weile, bevor Sie noch eine anfordern.',
    delivery_failed:
      'Die Nachricht konnte nicht gesendet werden. Wählen Sie einen anderen Weg oder versuchen Sie es später.',
    kind_not_allowed: 'Das ist hier nicht erlaubt. Wählen Sie einen anderen Weg.',
    mail_domain_not_allowed: 'Adressen dieser Domain sind hier nicht erlaubt.',
    phone_number_not_allowed: 'Nummern dieses Landes sind hier nicht erlaubt.',
    authenticator_not_allowed: 'Sicherheitsschlüssel dieses Modells sind hier nicht erlaubt.',
    already_exists: 'Das haben Sie schon.',
    name_taken: 'Ein anderes Ihrer Geräte heißt schon so.',
    invalid_parameters: 'Das sieht nicht richtig aus. Prüfen Sie es und versuchen Sie es noch einmal.',
    wrong_state: 'Das ist schon geschehen oder nicht mehr möglich.',
    no_device: 'Sie haben nichts, womit Sie antworten könnten.',
    user_inactive: 'Ihr Konto kann zurzeit nicht benutzt werden.',
    other: 'Das hat nicht geklappt. Versuchen Sie es noch einmal.',
  },
  notArrived: {
    email: 'Nichts da? Es kann eine Minute dauern. Sehen Sie auch im Spam-Ordner nach.',
    other: 'Nichts da? Es kann eine Minute dauern.',
  },
  minutes: (count) => plural('de', count, { one: '{n} Minute', other: '{n} Minuten' }),
  seconds: (count) => plural('de', count, { one: '{n} Sekunde', other: '{n} Sekunden' }),
  kinds: {
    totp: { title: 'Authenticator-App', hint: 'Eine App auf dem Telefon zeigt Codes. Geht auch ohne Verbindung.' },
    hotp: {
      title: 'Code-Generator',
      hint: 'Ein kleines Gerät oder eine App, die auf Knopfdruck einen neuen Code zeigt.',
    },
    email: { title: 'E-Mail', hint: 'Wir senden einen Code an Ihre Mail-Adresse.' },
    sms: { title: 'SMS', hint: 'Wir senden einen Code an Ihr Telefon.' },
    yubikey: { title: 'YubiKey', hint: 'Berühren Sie den Schlüssel, und er tippt einen Code für Sie.' },
    webauthn: {
      title: 'Passkey oder Sicherheitsschlüssel',
      hint: 'Ihr Fingerabdruck, Ihr Gesicht oder ein Schlüssel zum Einstecken oder Auflegen.',
    },
    push: {
      title: 'Auf einem anderen Gerät bestätigen',
      hint: 'Ein Browser, den Sie schon benutzen, fragt Sie, und Sie bestätigen dort.',
    },
    'recovery-codes': {
      title: 'Wiederherstellungscode',
      hint: 'Einer der Codes, die Sie ausgedruckt oder notiert haben.',
    },
    'temporary-access-pass': { title: 'Zugangspass', hint: 'Ein Pass von Ihrem Helpdesk. Er gilt einmal.' },
  },
} satisfies TextsLike<LayoutTexts>;
