import type { TextsLike } from '../../../core/language.ts';
import type { EnrollTexts } from './en.ts';

export const fr = {
  choose: {
    title: 'Protégez votre compte',
    lead: (name) => `Choisissez comment vous prouverez désormais que c’est bien vous, ${name}.`,
    none: 'Rien ne peut être ajouté ici. Demandez à la personne qui vous a donné le lien.',
  },
  otherKind: 'Choisir autre chose',
  code: 'Code',
  confirm: 'Confirmer',
  totp: {
    title: 'Connectez votre application d’authentification',
    scan: 'Scannez l’image avec l’application.',
    noCamera: 'Pas d’appareil photo\u00a0? Tapez cette clé\u00a0:',
    open: 'Ouvrir dans l’application de cet appareil',
    afterwards: 'Tapez ensuite le code que l’application affiche.',
    picture: 'Code QR pour l’application d’authentification. La clé à côté dit la même chose.',
  },
  hotp: { title: 'Connectez votre générateur de codes', afterwards: 'Tapez ensuite le premier code qu’il affiche.' },
  address: {
    email: { title: 'Où envoyer les codes\u00a0?', label: 'Adresse e-mail', button: 'Envoyer un code' },
    sms: {
      title: 'Où envoyer les codes\u00a0?',
      label: 'Numéro de téléphone',
      hint: 'Avec l’indicatif du pays, p. ex. +33 1 23 45 67 89.',
      button: 'Envoyer un code',
    },
  },
  sent: {
    email: { title: 'Regardez vos e-mails', lead: (address) => `Nous avons envoyé un code à ${address}.` },
    sms: { title: 'Regardez votre téléphone', lead: (address) => `Nous avons envoyé un code au ${address}.` },
    label: 'Code du message',
    again: 'Envoyer un autre code',
    wait: 'Un autre code dans {n} s',
    tooEarly: (seconds) => `Vous pourrez demander un autre code dans ${seconds}.`,
    sentAgain: 'Nous avons envoyé un autre code. Le précédent ne vaut plus.',
  },
  yubikey: {
    title: 'Touchez votre YubiKey',
    lead: 'Branchez-la, cliquez dans le champ et touchez le métal. La clé tape le reste.',
    label: 'Ce que tape la clé',
  },
  webauthn: {
    title: 'Configurez une clé d’accès ou de sécurité',
    lead: 'Votre navigateur demandera votre empreinte, votre visage, votre code PIN ou une clé à toucher.',
    button: 'Configurer maintenant',
    working: 'Suivez ce que dit votre navigateur …',
    failed: 'Cela n’a pas fonctionné ou a été annulé. Réessayez.',
    unsupported:
      'Ce navigateur ne connaît pas les clés d’accès. Ouvrez la page dans un autre, ou choisissez autre chose.',
    noScript: 'Ce moyen a besoin de JavaScript. Activez-le, ou choisissez autre chose.',
  },
  generic: { title: (kind) => `Configurer\u00a0: ${kind}`, lead: 'Tapez le code que vous voyez ou avez reçu.' },
  done: {
    title: 'C’est fait',
    lead: (device) => `«\u00a0${device}\u00a0» protège désormais votre compte.`,
    nameLabel: 'Nom de l’appareil',
    nameHint: 'Pour le reconnaître.',
    save: 'Enregistrer le nom',
    saved: 'Le nom est enregistré.',
  },
  recovery: {
    title: 'Pour le jour où vous le perdrez',
    lead: 'Les codes de récupération vous laissent entrer quand votre appareil n’est plus là. Chacun sert une fois.',
    button: 'Afficher mes codes de récupération',
    shownTitle: 'Vos codes de récupération',
    shownLead: 'Gardez-les en lieu sûr, pas sur le même appareil. Vous ne les voyez que maintenant.',
    copy: 'Copier',
    copied: 'Copié',
    print: 'Imprimer',
    download: 'Télécharger',
    kept: 'Je les ai gardés',
    already: 'Vous avez déjà des codes de récupération.',
    fileName: 'codes-de-recuperation.txt',
    fileTitle: (name) => `Codes de récupération de ${name}. Chacun sert une fois.`,
  },
  ended: {
    failed: {
      title: 'Cela n’a pas abouti',
      text: 'Il y a eu trop de mauvaises réponses, ou le message n’a pas pu être envoyé. Recommencez d’où vous veniez.',
    },
    expired: { title: 'Le temps est écoulé', text: 'Recommencez d’où vous veniez.' },
    cancelled: { title: 'Annulé', text: 'Rien n’a été ajouté.' },
  },
} satisfies TextsLike<EnrollTexts>;
