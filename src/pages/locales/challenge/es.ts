import { plural, type TextsLike } from '../../../core/language.ts';
import type { ChallengeTexts } from './en.ts';

export const es = {
  title: '¿Es usted?',
  asks: (integration) => `${integration} le pide que lo demuestre.`,
  purpose: (reference) => `Para: ${reference}`,
  answer: 'Continuar',
  leads: {
    totp: (device) => `Escriba el código que muestra ahora «${device}».`,
    hotp: (device) => `Escriba el siguiente código de «${device}».`,
    sent: (target) => `Hemos enviado un código a ${target}.`,
    yubikey: 'Haga clic en el campo y toque su YubiKey. Ella escribe el resto.',
    'recovery-codes': 'Escriba uno de sus códigos de recuperación. No sirve una segunda vez.',
    'temporary-access-pass': 'Escriba el pase que le dio su centro de ayuda.',
    generic: (device) => `Escriba el código de «${device}».`,
  },
  labels: {
    code: 'Código',
    yubikey: 'Lo que escribe la llave',
    'recovery-codes': 'Código de recuperación',
    'temporary-access-pass': 'Pase de acceso',
  },
  resend: {
    button: 'Enviar otro código',
    wait: 'Otro código en {n} s',
    tooEarly: (seconds) => `Podrá pedir otro código en ${seconds}.`,
    sent: 'Hemos enviado otro código. El anterior ya no sirve.',
  },
  webauthn: {
    lead: 'Su navegador le pedirá la huella, la cara, el PIN o una llave que se toca.',
    button: 'Usar clave de acceso o llave',
    working: 'Siga lo que dice su navegador …',
    failed: 'No ha funcionado o se canceló. Inténtelo de nuevo o pruebe de otra forma.',
    unsupported: 'Este navegador no conoce claves de acceso. Pruebe de otra forma.',
    noScript: 'Esto necesita JavaScript. Actívelo o pruebe de otra forma.',
  },
  push: {
    lead: (device) => `Le preguntamos en «${device}». Ábralo y escriba allí este número:`,
    number: 'El número que se escribe allí',
    waiting: 'Esperamos su respuesta …',
  },
  other: {
    link: 'Probar de otra forma',
    title: 'Elija otra forma',
    lead: '¿Cuál de estos tiene a mano?',
    left: (count) => plural('es', count, { one: 'Queda {n} código', other: 'Quedan {n} códigos' }),
    lost: '¿No tiene ninguno a mano? Pregunte a su administrador.',
    none: 'No tiene nada más que pueda usar aquí. Pregunte a su administrador.',
  },
  ended: {
    failed: { title: 'No ha funcionado', text: 'Hubo demasiadas respuestas erróneas o no se pudo enviar el mensaje.' },
    denied: { title: 'Fue rechazado', text: 'Se rechazó en otro dispositivo. Si era usted, empiece de nuevo.' },
    expired: { title: 'Se acabó el tiempo', text: 'Empiece de nuevo o pruebe de otra forma.' },
  },
} satisfies TextsLike<ChallengeTexts>;
