import type { TextsLike } from '../../../core/language.ts';
import type { PushTexts } from './en.ts';

export const fr: TextsLike<PushTexts> = {
  register: {
    title: 'Approuver dans ce navigateur',
    lead: (user) => `Quand quelqu’un se connecte en tant que ${user}, ce navigateur vous demande si c’est vous.`,
    number:
      'Vous approuvez avec le nombre affiché là où vous vous connectez. Prenez un navigateur que personne d’autre n’utilise.',
    notifications:
      'Votre navigateur va demander s’il peut vous envoyer des notifications. Sinon, vous devrez garder une page ouverte.',
    button: 'Utiliser ce navigateur',
  },
  registered: {
    title: 'Ce navigateur est prêt',
    text: 'Il vous interroge sur une page à part. Gardez-la ouverte quand vous vous connectez ailleurs, ou installez-la depuis le menu du navigateur.',
    open: 'Ouvrir la page qui vous interroge',
  },
  waiting: {
    title: 'En attente de connexions',
    asked: 'Est-ce vous\u00a0?',
    none: 'Personne ne se connecte en ce moment.',
    stay: 'Dès que quelqu’un le fait, vous le voyez ici. Gardez cette page ouverte.',
    closable: 'Dès que quelqu’un le fait, votre navigateur vous prévient. Vous pouvez fermer cette page.',
    wake: 'Me prévenir aussi quand la page est fermée',
    accounts: 'Ce navigateur approuve pour',
  },
  unknown: {
    title: 'Ce navigateur n’approuve rien',
    text: 'Il n’a jamais été enregistré, ou a été retiré. Ajoutez-le là où vous gérez votre connexion.',
  },
  question: {
    who: 'Application',
    user: 'Connexion en tant que',
    from: 'Depuis',
    notTold: 'non précisé',
    purpose: 'Pour',
    when: 'Quand',
    number: 'Le nombre affiché là-bas',
    hint: 'Il est affiché là où vous vous connectez. Si quelqu’un vous le dit, refusez.',
    twoDigits: 'Saisissez les deux chiffres.',
    approve: 'Approuver',
    refuse: 'Ce n’était pas moi',
  },
  done: {
    approved: (integration) => `Approuvé. Continuez dans ${integration}.`,
    refused:
      'Refusé. Quelqu’un connaît peut-être votre mot de passe\u00a0: changez-le et prévenez votre administrateur.',
    wrong: 'C’était un autre nombre, donc personne n’a été connecté. Si c’était vous, recommencez.',
    wakes: 'Votre navigateur vous prévient désormais aussi quand cette page est fermée.',
    silent: 'Votre navigateur ne l’a pas permis. Gardez cette page ouverte.',
    over: 'Cette connexion est déjà terminée. Si c’était vous, recommencez.',
  },
};
