import { plural, type TextsLike } from '../../../core/language.ts';
import type { LayoutTexts } from './en.ts';

export const fr = {
  language: 'Langue',
  change: 'Changer',
  errorPrefix: 'Erreur\u00a0: ',
  cancel: 'Annuler',
  back: 'Retour',
  continue: 'Continuer',
  backTo: (name) => `Retour à ${name}`,
  mayClose: 'Vous pouvez fermer cette page.',
  done: { title: 'C’est terminé', already: 'Le retour a déjà eu lieu. Il n’y a plus rien à faire ici.' },
  ticketInvalid: {
    title: 'Ce lien ne fonctionne plus',
    text: 'Il a expiré ou n’a pas été copié en entier. Retournez d’où vous veniez et recommencez.',
  },
  notFound: { title: 'Il n’y a rien ici', text: 'Cette adresse n’est pas l’une des nôtres.' },
  foreign: {
    title: 'Ceci venait d’une autre page',
    text: 'Pour votre sécurité, rien n’a été fait. Ouvrez de nouveau le lien et utilisez ses propres boutons.',
  },
  broken: { title: 'Un problème est survenu', text: 'Rien n’a été accepté ni modifié. Réessayez dans un instant.' },
  unavailable: {
    title: 'Nous ne pouvons pas répondre maintenant',
    text: 'Rien n’a été modifié. Réessayez dans un instant.',
  },
  refusals: {
    answer_refused: (left) =>
      left === 0
        ? 'Ce n’est pas correct.'
        : `Ce n’est pas correct. ${plural('fr', left, { one: 'Il vous reste {n} essai.', other: 'Il vous reste {n} essais.' })}`,
    empty: 'Remplissez ce champ.',
    too_many_attempts: 'Trop d’essais. Attendez un peu avant de réessayer.',
    too_many_messages: 'Nous avons envoyé trop de messages. Attendez un peu avant d’en demander un autre.',
    delivery_failed: 'Le message n’a pas pu être envoyé. Essayez un autre moyen, ou plus tard.',
    kind_not_allowed: 'Ceci n’est pas permis ici. Choisissez un autre moyen.',
    mail_domain_not_allowed: 'Les adresses de ce domaine ne sont pas permises ici.',
    phone_number_not_allowed: 'Les numéros de ce pays ne sont pas permis ici.',
    authenticator_not_allowed: 'Ce modèle de clé de sécurité n’est pas permis ici.',
    already_exists: 'Vous l’avez déjà.',
    name_taken: 'Un autre de vos appareils porte ce nom.',
    invalid_parameters: 'Cela ne semble pas correct. Vérifiez et réessayez.',
    wrong_state: 'Ceci a déjà été fait, ou n’est plus possible.',
    no_device: 'Vous n’avez rien pour répondre.',
    user_inactive: 'Votre compte ne peut pas être utilisé en ce moment.',
    other: 'Cela n’a pas fonctionné. Réessayez.',
  },
  notArrived: {
    email: 'Rien reçu\u00a0? Cela peut prendre une minute. Regardez aussi dans les indésirables.',
    other: 'Rien reçu\u00a0? Cela peut prendre une minute.',
  },
  minutes: (count) => plural('fr', count, { one: '{n} minute', other: '{n} minutes' }),
  seconds: (count) => plural('fr', count, { one: '{n} seconde', other: '{n} secondes' }),
  kinds: {
    totp: {
      title: 'Application d’authentification',
      hint: 'Une application du téléphone affiche des codes. Fonctionne sans connexion.',
    },
    hotp: {
      title: 'Générateur de codes',
      hint: 'Un petit appareil ou une application qui affiche un nouveau code à chaque pression.',
    },
    email: { title: 'E-mail', hint: 'Nous envoyons un code à votre adresse.' },
    sms: { title: 'SMS', hint: 'Nous envoyons un code sur votre téléphone.' },
    yubikey: { title: 'YubiKey', hint: 'Touchez la clé et elle tape un code pour vous.' },
    webauthn: {
      title: 'Clé d’accès ou clé de sécurité',
      hint: 'Votre empreinte, votre visage, ou une clé à brancher ou à approcher.',
    },
    push: {
      title: 'Approuver sur un autre appareil',
      hint: 'Un navigateur que vous utilisez déjà vous demande, et vous y acceptez.',
    },
    'recovery-codes': { title: 'Code de récupération', hint: 'L’un des codes que vous avez imprimés ou notés.' },
    'temporary-access-pass': {
      title: 'Laissez-passer',
      hint: 'Un laissez-passer de votre assistance. Il sert une fois.',
    },
  },
} satisfies TextsLike<LayoutTexts>;
