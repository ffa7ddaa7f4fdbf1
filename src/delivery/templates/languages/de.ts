import { plural } from '../../../core/language.ts';
import type { MessageTexts } from './message-texts.ts';

export const de: MessageTexts = {
  code: {
    subject: (issuer) => `Ihr Code für ${issuer}`,
    request: (issuer, user) =>
      `Sie haben einen Code angefordert, um sich${user === undefined ? '' : ` als ${user}`} bei ${issuer} anzumelden. Geben Sie ihn dort ein, wo Sie danach gefragt wurden, und nirgends sonst.`,
    lifetime: (minutes) => plural('de', minutes, { one: '{n} Minute', other: '{n} Minuten' }),
    validity: (lifetime) => (lifetime === undefined ? 'Er gilt einmal.' : `Er gilt ${lifetime} und nur einmal.`),
    warning:
      'Wenn Sie sich nicht anmelden wollten, sagen Sie es Ihrem Administrator. Niemand wird Sie je nach diesem Code fragen.',
    short: (code, issuer) => `${code} ist Ihr Code für ${issuer}.`,
    shortValidity: (lifetime) => `Er gilt ${lifetime}.`,
    doNotShare: 'Geben Sie ihn nicht weiter.',
  },
  question: {
    subject: (issuer) => `Anmeldung bei ${issuer}`,
    text: ({ user, ip, reference }) => {
      const as = user === undefined ? '' : ` als ${user}`;
      const from = ip === undefined ? '' : ` von ${ip}`;
      const purpose = reference === undefined ? '' : ` (${reference})`;
      return `Jemand meldet sich${as}${from} an${purpose}. Sind Sie das? Dann öffnen Sie dies und geben Sie die Zahl ein, die dort gezeigt wird.`;
    },
    warning: 'Wenn Sie es nicht sind, sagen Sie es dort.',
  },
  notice: {
    titles: {
      device_added: 'Ihrem Konto wurde ein Gerät hinzugefügt',
      device_removed: 'Aus Ihrem Konto wurde ein Gerät entfernt',
      device_renamed: 'Ein Gerät Ihres Kontos hat einen neuen Namen',
      device_suspended: 'Ein Gerät Ihres Kontos wurde abgeschaltet',
      recovery_codes_replaced: 'Sie haben neue Wiederherstellungscodes',
      user_locked: 'Ihr Konto nimmt vorerst keine Antworten an',
      push_refused: 'Eine Anmeldung wurde abgelehnt',
      access_pass_issued: 'Für Ihr Konto wurde ein Zugangspass ausgestellt',
      browser_trusted: 'Einem Browser wird jetzt vertraut',
      browser_revoked: 'Einem Browser wird nicht mehr vertraut',
      device_resynchronized: 'Ein Gerät wurde neu abgestimmt',
    },
    happened: {
      device_added: (name) => `Mit dem Gerät „${name}“ können Sie sich von jetzt an ausweisen.`,
      device_removed: (name) => `Mit dem Gerät „${name}“ können Sie sich nicht mehr ausweisen.`,
      device_renamed: (name) => `Das Gerät heißt jetzt „${name}“.`,
      device_suspended: (name) => `Das Gerät „${name}“ kann nicht benutzt werden, bis es wieder eingeschaltet wird.`,
      recovery_codes_replaced: () => 'Ihre bisherigen Wiederherstellungscodes gelten nicht mehr.',
      user_locked: () =>
        'In Ihrem Namen wurden zu viele falsche Antworten gegeben. Eine Zeit lang wird keine Antwort angenommen.',
      push_refused: (name) => `Auf „${name}“ hat jemand gesagt, dass eine Anmeldung in Ihrem Namen nicht gewollt war.`,
      access_pass_issued: () =>
        'Ein Administrator hat einen vorläufigen Zugangspass ausgestellt. Wer ihn hat, kann sich einmal in Ihrem Namen anmelden.',
      browser_trusted: (name) => `„${name}“ darf den zweiten Faktor eine Zeit lang auslassen.`,
      browser_revoked: (name) =>
        name === ''
          ? 'Kein Browser darf den zweiten Faktor mehr auslassen.'
          : `„${name}“ darf den zweiten Faktor nicht mehr auslassen.`,
      device_resynchronized: (name) => `„${name}“ wurde mit zwei seiner Codes neu abgestimmt.`,
    },
    account: (user, integration) => `Konto: ${user}${integration === undefined ? '' : `, ${integration}`}`,
    time: (time) => `Zeit: ${time}`,
    address: (ip) => `Netzadresse: ${ip}`,
    warning: 'Wenn Sie das nicht waren, sagen Sie es sofort Ihrem Administrator.',
  },
};
