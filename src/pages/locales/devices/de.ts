import { plural, type TextsLike } from '../../../core/language.ts';
import type { DevicesTexts } from './en.ts';

export const de: TextsLike<DevicesTexts> = {
  title: 'Meine Geräte',
  lead: (user) => `Damit zeigen Sie, dass Sie ${user} sind. Jede Änderung bestätigen Sie, und Sie erfahren davon.`,
  none: 'Sie haben noch kein Gerät.',
  back: 'Zurück zu meinen Geräten',
  add: 'Gerät hinzufügen',
  suspended: 'Außer Betrieb',
  lastUsed: 'Zuletzt benutzt:',
  neverUsed: 'Noch nicht benutzt',
  facts: { kind: 'Art', address: 'Geht an', added: 'Hinzugefügt', used: 'Zuletzt benutzt' },
  device: {
    nameLabel: 'Name des Geräts',
    save: 'Namen speichern',
    remove: 'Dieses Gerät entfernen',
    suspended: 'Dieses Gerät ist außer Betrieb. Fragen Sie Ihren Administrator, wenn Sie es wieder brauchen.',
    last: 'Das ist Ihr letztes Gerät. Ihre Wiederherstellungscodes gehen mit ihm, und wer Ihr Passwort hat, kann dann ein eigenes Gerät einrichten.',
  },
  resync: {
    title: 'Codes werden nicht angenommen?',
    lead: (device) =>
      `Tippen Sie zwei Codes von „${device}“, die direkt aufeinander folgen. Sie stellen seinen Zähler richtig.`,
    first: 'Erster Code',
    second: 'Der Code danach',
    button: 'Zähler abgleichen',
  },
  recovery: {
    title: 'Wiederherstellungscodes',
    left: (count) => plural('de', count, { one: '{n} Code ist übrig.', other: '{n} Codes sind übrig.' }),
    none: 'Mit ihnen kommen Sie hinein, wenn Ihr Gerät weg ist. Sie haben keine.',
    hint: 'Wenn Sie neue erzeugen, gelten die alten nicht mehr.',
    renew: 'Neue Codes erzeugen',
    make: 'Wiederherstellungscodes erzeugen',
  },
  browsers: {
    title: 'Vertrauenswürdige Browser',
    lead: 'Hier werden Sie nicht nach einem zweiten Faktor gefragt.',
    until: 'Bis:',
    revoke: 'Nicht mehr vertrauen',
    revokeAll: 'Keinem mehr vertrauen',
  },
  changes: {
    add: 'Gerät hinzufügen',
    codes: 'Neue Wiederherstellungscodes',
    'revoke-all': 'Keinem Browser mehr vertrauen',
    revoke: (browser) => `„${browser}“ nicht mehr vertrauen`,
    rename: (from, to) => `„${from}“ in „${to}“ umbenennen`,
    remove: (device) => `„${device}“ entfernen`,
  },
  proof: {
    lead: 'Zeigen Sie, dass Sie es sind. Das gilt für diese eine Änderung.',
    confirm: 'Bestätigen',
    confirmed: 'Sie haben es bestätigt.',
    apply: 'Jetzt ausführen',
  },
  noProof: 'Sie haben nichts, womit Sie das bestätigen könnten. Fragen Sie Ihren Administrator.',
  done: {
    renamed: 'Das Gerät hat seinen neuen Namen.',
    removed: 'Das Gerät ist entfernt.',
    revoked: 'Dem Browser wird nicht mehr vertraut.',
    'revoked-all': 'Keinem Browser wird mehr vertraut.',
    resynchronized: 'Das Gerät ist abgeglichen.',
  },
};
