import { plural, type TextsLike } from '../../../core/language.ts';
import type { ChallengeTexts } from './en.ts';

export const fr = {
  title: 'Est-ce bien vous\u00a0?',
  asks: (integration) => `${integration} vous demande de le prouver.`,
  purpose: (reference) => `Pour\u00a0: ${reference}`,
  answer: 'Continuer',
  leads: {
    totp: (device) => `Tapez le code que «\u00a0${device}\u00a0» affiche maintenant.`,
    hotp: (device) => `Tapez le code suivant de «\u00a0${device}\u00a0».`,
    sent: (target) => `Nous avons envoyé un code à ${target}.`,
    yubikey: 'Cliquez dans le champ et touchez votre YubiKey. Elle tape le reste.',
    'recovery-codes': 'Tapez l’un de vos codes de récupération. Il ne sert pas une seconde fois.',
    'temporary-access-pass': 'Tapez le laissez-passer que votre assistance vous a donné.',
    generic: (device) => `Tapez le code de «\u00a0${device}\u00a0».`,
  },
  labels: {
    code: 'Code',
    yubikey: 'Ce que tape la clé',
    'recovery-codes': 'Code de récupération',
    'temporary-access-pass': 'Laissez-passer',
  },
  resend: {
    button: 'Envoyer un autre code',
    wait: 'Un autre code dans {n} s',
    tooEarly: (seconds) => `Vous pourrez demander un autre code dans ${seconds}.`,
    sent: 'Nous avons envoyé un autre code. Le précédent ne vaut plus.',
  },
  webauthn: {
    lead: 'Votre navigateur demandera votre empreinte, votre visage, votre code PIN ou une clé à toucher.',
    button: 'Utiliser une clé',
    working: 'Suivez ce que dit votre navigateur …',
    failed: 'Cela n’a pas fonctionné ou a été annulé. Réessayez, ou essayez un autre moyen.',
    unsupported: 'Ce navigateur ne connaît pas les clés d’accès. Essayez un autre moyen.',
    noScript: 'Ce moyen a besoin de JavaScript. Activez-le, ou essayez un autre moyen.',
  },
  push: {
    lead: (device) => `Nous vous demandons sur «\u00a0${device}\u00a0». Ouvrez-le et tapez-y ce nombre\u00a0:`,
    number: 'Le nombre à taper là-bas',
    waiting: 'Nous attendons votre réponse …',
  },
  other: {
    link: 'Essayer un autre moyen',
    title: 'Choisissez un autre moyen',
    lead: 'Qu’avez-vous sous la main\u00a0?',
    left: (count) => plural('fr', count, { one: '{n} code restant', other: '{n} codes restants' }),
    lost: 'Rien de tout cela sous la main\u00a0? Adressez-vous à votre administrateur.',
    none: 'Vous n’avez rien d’autre à utiliser ici. Adressez-vous à votre administrateur.',
  },
  ended: {
    failed: {
      title: 'Cela n’a pas fonctionné',
      text: 'Il y a eu trop de mauvaises réponses, ou le message n’a pas pu être envoyé.',
    },
    denied: {
      title: 'Ceci a été refusé',
      text: 'Le refus est venu d’un autre appareil. Si c’était vous, recommencez.',
    },
    expired: { title: 'Le temps est écoulé', text: 'Recommencez, ou essayez un autre moyen.' },
  },
} satisfies TextsLike<ChallengeTexts>;
