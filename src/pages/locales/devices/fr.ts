import { plural, type TextsLike } from '../../../core/language.ts';
import type { DevicesTexts } from './en.ts';

export const fr: TextsLike<DevicesTexts> = {
  title: 'Mes appareils',
  lead: (user) =>
    `C’est avec eux que vous prouvez que vous êtes ${user}. Vous confirmez chaque changement, et un message vous en informe.`,
  none: 'Vous n’avez pas encore d’appareil.',
  back: 'Retour à mes appareils',
  add: 'Ajouter un appareil',
  suspended: 'Hors service',
  lastUsed: 'Dernière utilisation\u00a0:',
  neverUsed: 'Pas encore utilisé',
  facts: { kind: 'Type', address: 'Envoyé à', added: 'Ajouté', used: 'Dernière utilisation' },
  device: {
    nameLabel: 'Nom de l’appareil',
    save: 'Enregistrer le nom',
    remove: 'Retirer cet appareil',
    suspended: 'Cet appareil est hors service. Adressez-vous à votre administrateur si vous en avez de nouveau besoin.',
    last: 'C’est votre dernier appareil. Vos codes de récupération partent avec lui, et quiconque a votre mot de passe pourra alors configurer un appareil à lui.',
  },
  resync: {
    title: 'Les codes ne sont pas acceptés\u00a0?',
    lead: (device) => `Saisissez deux codes de «\u00a0${device}\u00a0» qui se suivent. Ils recalent son compteur.`,
    first: 'Premier code',
    second: 'Le code suivant',
    button: 'Resynchroniser',
  },
  recovery: {
    title: 'Codes de récupération',
    left: (count) =>
      plural('fr', count, { one: 'Il reste {n} code.', many: 'Il reste {n} codes.', other: 'Il reste {n} codes.' }),
    none: 'Ils vous laissent entrer quand votre appareil n’est plus là. Vous n’en avez pas.',
    hint: 'Si vous en créez de nouveaux, les anciens ne fonctionnent plus.',
    renew: 'Créer de nouveaux codes',
    make: 'Créer des codes de récupération',
  },
  browsers: {
    title: 'Navigateurs de confiance',
    lead: 'Ici, aucun second facteur ne vous est demandé.',
    until: 'Jusqu’au\u00a0:',
    revoke: 'Ne plus faire confiance',
    revokeAll: 'Ne plus faire confiance à aucun',
  },
  changes: {
    add: 'Ajouter un appareil',
    codes: 'Nouveaux codes de récupération',
    'revoke-all': 'Ne plus faire confiance à aucun navigateur',
    revoke: (browser) => `Ne plus faire confiance à «\u00a0${browser}\u00a0»`,
    rename: (from, to) => `Renommer «\u00a0${from}\u00a0» en «\u00a0${to}\u00a0»`,
    remove: (device) => `Retirer «\u00a0${device}\u00a0»`,
  },
  proof: {
    lead: 'Montrez que c’est bien vous. Cela vaut pour ce seul changement.',
    confirm: 'Confirmer',
    confirmed: 'Vous l’avez confirmé.',
    apply: 'Appliquer maintenant',
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
