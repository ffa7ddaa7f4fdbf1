import { plural, type TextsLike } from '../language.ts';
import type { DevicesTexts } from './en.ts';

export const fr: TextsLike<DevicesTexts> = {
  title: 'Mes appareils',
  lead: (user) => `C’est avec eux que ${user} prouve son identité. Vous confirmez chaque changement et en êtes averti.`,
  none: 'Vous n’avez pas encore d’appareil.',
  back: 'Retour à mes appareils',
  add: 'Ajouter un appareil',
  suspended: 'Hors service',
  lastUsed: 'Dernière utilisation :',
  neverUsed: 'Pas encore utilisé',
  facts: { kind: 'Type', address: 'Envoyé à', added: 'Ajouté', used: 'Dernière utilisation' },
  device: {
    nameLabel: 'Nom de l’appareil',
    save: 'Enregistrer le nom',
    remove: 'Retirer cet appareil',
    last: 'C’est votre dernier appareil. Vos codes de secours partent avec lui, et quiconque a votre mot de passe pourra alors installer le sien.',
  },
  resync: {
    title: 'Les codes ne sont pas acceptés ?',
    lead: (device) => `Saisissez deux codes de « ${device} » qui se suivent. Ils remettent son compteur à l’heure.`,
    first: 'Premier code',
    second: 'Le code suivant',
    button: 'Resynchroniser',
  },
  recovery: {
    title: 'Codes de secours',
    left: (count) =>
      plural('fr', count, { one: 'Il reste {n} code.', many: 'Il reste {n} codes.', other: 'Il reste {n} codes.' }),
    none: 'Ils vous laissent entrer quand votre appareil n’est plus là. Vous n’en avez pas.',
    hint: 'Si vous en créez de nouveaux, les anciens ne fonctionnent plus.',
    renew: 'Créer de nouveaux codes',
    make: 'Créer des codes de secours',
  },
  browsers: {
    title: 'Navigateurs de confiance',
    lead: 'Ici, aucun second facteur ne vous est demandé.',
    until: 'Jusqu’au :',
    revoke: 'Ne plus faire confiance',
    revokeAll: 'Ne plus faire confiance à aucun',
  },
  changes: {
    add: 'Ajouter un appareil',
    codes: 'Nouveaux codes de secours',
    'revoke-all': 'Ne plus faire confiance à aucun navigateur',
    revoke: (browser) => `Ne plus faire confiance à « ${browser} »`,
    rename: (from, to) => `Renommer « ${from} » en « ${to} »`,
    remove: (device) => `Retirer « ${device} »`,
  },
  proof: {
    lead: 'Montrez que c’est bien vous. Cela vaut pour ce seul changement.',
    confirm: 'Confirmer',
    confirmed: 'Vous l’avez confirmé.',
    apply: 'Exécuter maintenant',
  },
  noProof: 'Vous n’avez rien qui puisse le confirmer. Adressez-vous à votre administrateur.',
  done: {
    renamed: 'L’appareil a son nouveau nom.',
    removed: 'L’appareil est retiré.',
    revoked: 'Le navigateur n’est plus de confiance.',
    'revoked-all': 'Aucun navigateur n’est plus de confiance.',
    resynchronized: 'L’appareil est resynchronisé.',
  },
};
