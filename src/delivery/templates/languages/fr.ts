import { plural } from '../../../core/language.ts';
import type { MessageTexts } from './message-texts.ts';

export const fr: MessageTexts = {
  code: {
    subject: (issuer) => `Votre code pour ${issuer}`,
    request: (issuer, user) =>
      `Vous avez demandé un code pour vous connecter à ${issuer}${user === undefined ? '' : ` en tant que ${user}`}. Saisissez-le là où il vous a été demandé, et nulle part ailleurs.`,
    lifetime: (minutes) => plural('fr', minutes, { one: '{n} minute', other: '{n} minutes' }),
    validity: (lifetime) =>
      lifetime === undefined ? 'Il ne sert qu’une fois.' : `Il est valable pendant ${lifetime} et ne sert qu’une fois.`,
    warning:
      'Si vous n’essayiez pas de vous connecter, prévenez votre administrateur. Personne ne vous demandera jamais ce code.',
    short: (code, issuer) => `${code} est votre code pour ${issuer}.`,
    shortValidity: (lifetime) => `Valable ${lifetime}.`,
    doNotShare: 'Ne le partagez pas.',
  },
  question: {
    subject: (issuer) => `Connexion à ${issuer}`,
    text: ({ user, ip, reference }) => {
      const as = user === undefined ? '' : ` en tant que ${user}`;
      const from = ip === undefined ? '' : ` depuis ${ip}`;
      const purpose = reference === undefined ? '' : ` (${reference})`;
      return `Quelqu’un se connecte${as}${from}${purpose}. Est-ce vous ? Alors ouvrez ceci et saisissez le nombre qui y est affiché.`;
    },
    warning: 'Si ce n’est pas vous, dites-le là-bas.',
  },
  notice: {
    titles: {
      device_added: 'Un appareil a été ajouté à votre compte',
      device_removed: 'Un appareil a été retiré de votre compte',
      device_renamed: 'Un appareil de votre compte a un nouveau nom',
      device_suspended: 'Un appareil de votre compte a été désactivé',
      recovery_codes_replaced: 'Vous avez de nouveaux codes de secours',
      user_locked: 'Votre compte n’accepte aucune réponse pour l’instant',
      push_refused: 'Une connexion a été refusée',
      access_pass_issued: 'Un laissez-passer a été émis pour votre compte',
      browser_trusted: 'Un navigateur est désormais de confiance',
      browser_revoked: 'Un navigateur n’est plus de confiance',
      device_resynchronized: 'Un appareil a été resynchronisé',
    },
    happened: {
      device_added: (name) => `L’appareil « ${name} » permet désormais de prouver que c’est vous.`,
      device_removed: (name) => `L’appareil « ${name} » ne permet plus de prouver que c’est vous.`,
      device_renamed: (name) => `L’appareil s’appelle maintenant « ${name} ».`,
      device_suspended: (name) => `L’appareil « ${name} » ne peut pas être utilisé tant qu’il n’est pas réactivé.`,
      recovery_codes_replaced: () => 'Les codes de secours que vous aviez ne fonctionnent plus.',
      user_locked: () =>
        'Trop de mauvaises réponses ont été données en votre nom. Aucune n’est acceptée pendant un moment.',
      push_refused: (name) => `Sur « ${name} », quelqu’un a dit qu’une connexion en votre nom n’était pas voulue.`,
      access_pass_issued: () =>
        'Un administrateur a émis un laissez-passer temporaire. Qui le possède peut se connecter une fois en votre nom.',
      browser_trusted: (name) => `« ${name} » peut se passer du second facteur pendant un certain temps.`,
      browser_revoked: (name) =>
        name === ''
          ? 'Plus aucun navigateur ne peut se passer du second facteur.'
          : `« ${name} » ne peut plus se passer du second facteur.`,
      device_resynchronized: (name) => `« ${name} » a été resynchronisé avec deux de ses codes.`,
    },
    account: (user, integration) => `Compte : ${user}${integration === undefined ? '' : `, ${integration}`}`,
    time: (time) => `Heure : ${time}`,
    address: (ip) => `Adresse réseau : ${ip}`,
    warning: 'Si ce n’était pas vous, prévenez aussitôt votre administrateur.',
  },
};
