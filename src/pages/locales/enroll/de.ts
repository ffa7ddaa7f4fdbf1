import type { TextsLike } from '../../../core/language.ts';
import type { EnrollTexts } from './en.ts';

export const de = {
  choose: {
    title: 'Schützen Sie Ihr Konto',
    lead: (name) => `Wählen Sie, wie Sie von nun an zeigen, dass Sie es sind, ${name}.`,
    none: 'Hier kann nichts hinzugefügt werden. Fragen Sie dort nach, woher Sie den Link haben.',
  },
  otherKind: 'Etwas anderes wählen',
  code: 'Code',
  confirm: 'Bestätigen',
  totp: {
    title: 'Verbinden Sie Ihre Authenticator-App',
    scan: 'Scannen Sie das Bild mit der App.',
    noCamera: 'Keine Kamera? Tippen Sie diesen Schlüssel:',
    open: 'In der App auf diesem Gerät öffnen',
    afterwards: 'Tippen Sie dann den Code, den die App zeigt.',
    picture: 'QR-Code für die Authenticator-App. Der Schlüssel daneben sagt dasselbe.',
  },
  hotp: { title: 'Verbinden Sie Ihren Code-Generator', afterwards: 'Tippen Sie dann den ersten Code, den er zeigt.' },
  address: {
    email: { title: 'Wohin sollen die Codes gehen?', label: 'Mail-Adresse', button: 'Code senden' },
    sms: {
      title: 'Wohin sollen die Codes gehen?',
      label: 'Telefonnummer',
      hint: 'Mit der Vorwahl des Landes, z. B. +49 30 901820.',
      button: 'Code senden',
    },
  },
  sent: {
    email: { title: 'Sehen Sie in Ihre Mail', lead: (address) => `Wir haben einen Code an ${address} gesendet.` },
    sms: { title: 'Sehen Sie auf Ihr Telefon', lead: (address) => `Wir haben einen Code an ${address} gesendet.` },
    label: 'Code aus der Nachricht',
    again: 'Noch einen Code senden',
    wait: 'Neuer Code in {n} s',
    tooEarly: (seconds) => `Einen neuen Code gibt es in ${seconds}.`,
    sentAgain: 'Wir haben einen neuen Code gesendet. Der vorige gilt nicht mehr.',
  },
  yubikey: {
    title: 'Berühren Sie Ihren YubiKey',
    lead: 'Stecken Sie ihn ein, klicken Sie in das Feld und berühren Sie das Metall. Den Rest tippt der Schlüssel.',
    label: 'Was der Schlüssel tippt',
  },
  webauthn: {
    title: 'Richten Sie einen Passkey oder Sicherheitsschlüssel ein',
    lead: 'Ihr Browser fragt nach Fingerabdruck, Gesicht, PIN oder nach einem Schlüssel, den Sie berühren.',
    button: 'Jetzt einrichten',
    working: 'Folgen Sie dem, was Ihr Browser sagt …',
    failed: 'Das hat nicht geklappt oder wurde abgebrochen. Versuchen Sie es noch einmal.',
    unsupported:
      'Dieser Browser kennt keine Passkeys. Öffnen Sie die Seite in einem anderen, oder wählen Sie etwas anderes.',
    noScript: 'Dieser Weg braucht JavaScript. Schalten Sie es ein, oder wählen Sie etwas anderes.',
  },
  generic: { title: (kind) => `Einrichten: ${kind}`, lead: 'Tippen Sie den Code, den Sie sehen oder bekommen haben.' },
  done: {
    title: 'Das hat geklappt',
    lead: (device) => `„${device}“ schützt ab jetzt Ihr Konto.`,
    nameLabel: 'Name des Geräts',
    nameHint: 'Damit Sie es wiedererkennen.',
    save: 'Namen speichern',
    saved: 'Der Name ist gespeichert.',
  },
  recovery: {
    title: 'Für den Tag, an dem Sie es verlieren',
    lead: 'Mit Wiederherstellungscodes kommen Sie hinein, wenn Ihr Gerät weg ist. Jeder gilt einmal.',
    button: 'Meine Wiederherstellungscodes zeigen',
    shownTitle: 'Ihre Wiederherstellungscodes',
    shownLead: 'Bewahren Sie sie sicher auf, nicht auf demselben Gerät. Sie sehen sie nur jetzt.',
    copy: 'Kopieren',
    copied: 'Kopiert',
    print: 'Drucken',
    download: 'Herunterladen',
    kept: 'Ich habe sie aufbewahrt',
    already: 'Sie haben schon Wiederherstellungscodes.',
    fileName: 'wiederherstellungscodes.txt',
    fileTitle: (name) => `Wiederherstellungscodes von ${name}. Jeder gilt einmal.`,
  },
  ended: {
    failed: {
      title: 'Das hat nicht geklappt',
      text: 'Es gab zu viele falsche Antworten, oder die Nachricht konnte nicht gesendet werden. Gehen Sie dorthin zurück, woher Sie kamen, und beginnen Sie von vorn.',
    },
    expired: {
      title: 'Die Zeit ist abgelaufen',
      text: 'Gehen Sie dorthin zurück, woher Sie kamen, und beginnen Sie von vorn.',
    },
    cancelled: { title: 'Abgebrochen', text: 'Nichts wurde hinzugefügt.' },
  },
} satisfies TextsLike<EnrollTexts>;
