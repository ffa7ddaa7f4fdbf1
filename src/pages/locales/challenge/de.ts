import { plural, type TextsLike } from '../../../core/language.ts';
import type { ChallengeTexts } from './en.ts';

export const de = {
  title: 'Sind Sie es?',
  asks: (integration) => `${integration} bittet Sie, es zu zeigen.`,
  purpose: (reference) => `Für: ${reference}`,
  answer: 'Weiter',
  leads: {
    totp: (device) => `Tippen Sie den Code, den „${device}“ jetzt zeigt.`,
    hotp: (device) => `Tippen Sie den nächsten Code von „${device}“.`,
    sent: (target) => `Wir haben einen Code an ${target} gesendet.`,
    yubikey: 'Klicken Sie in das Feld und berühren Sie Ihren YubiKey. Den Rest tippt er.',
    'recovery-codes': 'Tippen Sie einen Ihrer Wiederherstellungscodes. Er gilt kein zweites Mal.',
    'temporary-access-pass': 'Tippen Sie den Pass, den Sie von Ihrem Helpdesk bekommen haben.',
    generic: (device) => `Tippen Sie den Code von „${device}“.`,
  },
  labels: {
    code: 'Code',
    yubikey: 'Was der Schlüssel tippt',
    'recovery-codes': 'Wiederherstellungscode',
    'temporary-access-pass': 'Zugangspass',
  },
  resend: {
    button: 'Noch einen Code senden',
    wait: 'Neuer Code in {n} s',
    tooEarly: (seconds) => `Einen neuen Code gibt es in ${seconds}.`,
    sent: 'Wir haben einen neuen Code gesendet. Der vorige gilt nicht mehr.',
  },
  webauthn: {
    lead: 'Ihr Browser fragt nach Fingerabdruck, Gesicht, PIN oder nach einem Schlüssel, den Sie berühren.',
    button: 'Passkey oder Schlüssel benutzen',
    working: 'Folgen Sie dem, was Ihr Browser sagt …',
    failed: 'Das hat nicht geklappt oder wurde abgebrochen. Noch einmal, oder auf einem anderen Weg.',
    unsupported: 'Dieser Browser kennt keine Passkeys. Nehmen Sie einen anderen Weg.',
    noScript: 'Dieser Weg braucht JavaScript. Schalten Sie es ein, oder nehmen Sie einen anderen Weg.',
  },
  push: {
    lead: (device) => `Wir fragen Sie auf „${device}“. Öffnen Sie es und tippen Sie dort diese Zahl:`,
    number: 'Die Zahl, die dort getippt wird',
    waiting: 'Wir warten auf Ihre Antwort …',
  },
  other: {
    link: 'Anderen Weg nehmen',
    title: 'Wählen Sie einen anderen Weg',
    lead: 'Was davon haben Sie zur Hand?',
    left: (count) => plural('de', count, { one: 'Noch {n} Code', other: 'Noch {n} Codes' }),
    lost: 'Nichts davon zur Hand? Fragen Sie Ihren Administrator.',
    none: 'Sie haben nichts anderes, was hier geht. Fragen Sie Ihren Administrator.',
  },
  ended: {
    failed: {
      title: 'Das hat nicht geklappt',
      text: 'Es gab zu viele falsche Antworten, oder die Nachricht konnte nicht gesendet werden.',
    },
    denied: {
      title: 'Das wurde abgelehnt',
      text: 'Auf einem anderen Gerät wurde es abgelehnt. Waren Sie es, beginnen Sie von vorn.',
    },
    expired: { title: 'Die Zeit ist abgelaufen', text: 'Beginnen Sie von vorn, oder nehmen Sie einen anderen Weg.' },
  },
} satisfies TextsLike<ChallengeTexts>;
