import { plural } from '../../../core/language.ts';
import type { MessageTexts } from './message-texts.ts';

export const es: MessageTexts = {
  code: {
    subject: (issuer) => `Su código para ${issuer}`,
    request: (issuer, user) =>
      `Ha pedido un código para entrar en ${issuer}${user === undefined ? '' : ` como ${user}`}. Escríbalo donde se lo han pedido y en ningún otro lugar.`,
    lifetime: (minutes) => plural('es', minutes, { one: '{n} minuto', other: '{n} minutos' }),
    validity: (lifetime) =>
      lifetime === undefined ? 'Sirve una sola vez.' : `Es válido durante ${lifetime} y sirve una sola vez.`,
    warning: 'Si no intentaba entrar, avise a su administrador. Nadie le pedirá nunca este código.',
    short: (code, issuer) => `${code} es su código para ${issuer}.`,
    shortValidity: (lifetime) => `Válido durante ${lifetime}.`,
    doNotShare: 'No lo comparta.',
  },
  question: {
    subject: (issuer) => `Inicio de sesión en ${issuer}`,
    text: ({ user, ip, reference }) => {
      const as = user === undefined ? '' : ` como ${user}`;
      const from = ip === undefined ? '' : ` desde ${ip}`;
      const purpose = reference === undefined ? '' : ` (${reference})`;
      return `Alguien inicia sesión${as}${from}${purpose}. ¿Es usted? Entonces abra esto y escriba el número que se muestra allí.`;
    },
    warning: 'Si no es usted, dígalo allí.',
  },
  notice: {
    titles: {
      device_added: 'Se añadió un dispositivo a su cuenta',
      device_removed: 'Se quitó un dispositivo de su cuenta',
      device_renamed: 'Un dispositivo de su cuenta tiene un nombre nuevo',
      device_suspended: 'Se desactivó un dispositivo de su cuenta',
      recovery_codes_replaced: 'Tiene códigos de recuperación nuevos',
      user_locked: 'Su cuenta no acepta respuestas por ahora',
      push_refused: 'Se rechazó un inicio de sesión',
      access_pass_issued: 'Se emitió un pase de acceso para su cuenta',
      browser_trusted: 'Ahora se confía en un navegador',
      browser_revoked: 'Ya no se confía en un navegador',
      device_resynchronized: 'Se volvió a ajustar un dispositivo',
    },
    happened: {
      device_added: (name) => `Desde ahora el dispositivo «${name}» sirve para demostrar que es usted.`,
      device_removed: (name) => `El dispositivo «${name}» ya no sirve para demostrar que es usted.`,
      device_renamed: (name) => `El dispositivo se llama ahora «${name}».`,
      device_suspended: (name) => `El dispositivo «${name}» no se puede usar hasta que se vuelva a activar.`,
      recovery_codes_replaced: () => 'Los códigos de recuperación que tenía ya no sirven.',
      user_locked: () =>
        'Se dieron demasiadas respuestas equivocadas en su nombre. Durante un tiempo no se acepta ninguna.',
      push_refused: (name) => `En «${name}» alguien dijo que no quería un inicio de sesión en su nombre.`,
      access_pass_issued: () =>
        'Un administrador emitió un pase de acceso temporal. Quien lo tenga puede entrar una vez en su nombre.',
      browser_trusted: (name) => `«${name}» puede omitir el segundo factor durante un tiempo.`,
      browser_revoked: (name) =>
        name === ''
          ? 'Ningún navegador puede omitir ya el segundo factor.'
          : `«${name}» ya no puede omitir el segundo factor.`,
      device_resynchronized: (name) => `«${name}» se volvió a ajustar con dos de sus códigos.`,
    },
    account: (user, integration) => `Cuenta: ${user}${integration === undefined ? '' : `, ${integration}`}`,
    time: (time) => `Hora: ${time}`,
    address: (ip) => `Dirección de red: ${ip}`,
    warning: 'Si no fue usted, avise enseguida a su administrador.',
  },
};
