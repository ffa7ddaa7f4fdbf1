import { plural, type TextsLike } from '../../../core/language.ts';
import type { LayoutTexts } from './en.ts';

export const es = {
  language: 'Idioma',
  change: 'Cambiar',
  errorPrefix: 'Error: ',
  cancel: 'Cancelar',
  back: 'Atrás',
  continue: 'Continuar',
  backTo: (name) => `Volver a ${name}`,
  mayClose: 'Puede cerrar esta página.',
  done: { title: 'Todo listo', already: 'Ya se le envió de vuelta. Aquí no queda nada por hacer.' },
  ticketInvalid: {
    title: 'Este enlace ya no funciona',
    text: 'Ha caducado o no se copió entero. Vuelva al lugar de donde venía y empiece de nuevo.',
  },
  notFound: { title: 'Aquí no hay nada', text: 'La dirección no es una de las nuestras.' },
  foreign: {
    title: 'Esto llegó desde otra página',
    text: 'Por su seguridad no se ha hecho nada. Abra de nuevo el enlace y use sus propios botones.',
  },
  broken: { title: 'Algo ha fallado', text: 'No se ha aceptado ni cambiado nada. Inténtelo de nuevo en un momento.' },
  unavailable: {
    title: 'Ahora no podemos responder',
    text: 'No se ha cambiado nada. Inténtelo de nuevo en un momento.',
  },
  refusals: {
    answer_refused: (left) =>
      left === 0
        ? 'No es correcto.'
        : `No es correcto. ${plural('es', left, { one: 'Le queda {n} intento.', other: 'Le quedan {n} intentos.' })}`,
    empty: 'Rellene este campo.',
    too_many_attempts: 'Demasiados intentos. Espere un rato antes de volver a intentarlo.',
    too_many_messages: 'Hemos enviado demasiados mensajes. Espere un rato antes de pedir otro.',
    delivery_failed: 'No se pudo enviar el mensaje. Pruebe de otra forma o más tarde.',
    kind_not_allowed: 'Aquí no está permitido. Elija otra forma.',
    mail_domain_not_allowed: 'Aquí no se permiten direcciones de este dominio.',
    phone_number_not_allowed: 'Aquí no se permiten números de este país.',
    authenticator_not_allowed: 'Aquí no se permite este modelo de llave de seguridad.',
    already_exists: 'Ya lo tiene.',
    name_taken: 'Otro de sus dispositivos tiene este nombre.',
    invalid_parameters: 'Parece que no es correcto. Revíselo e inténtelo de nuevo.',
    wrong_state: 'Esto ya se hizo o ya no se puede hacer.',
    no_device: 'No tiene nada con lo que responder.',
    user_inactive: 'Su cuenta no se puede usar en este momento.',
    other: 'No ha funcionado. Inténtelo de nuevo.',
  },
  notArrived: {
    email: '¿No ha llegado? Puede tardar un minuto. Mire también en la carpeta de spam.',
    other: '¿No ha llegado? Puede tardar un minuto.',
  },
  minutes: (count) => plural('es', count, { one: '{n} minuto', other: '{n} minutos' }),
  seconds: (count) => plural('es', count, { one: '{n} segundo', other: '{n} segundos' }),
  kinds: {
    totp: {
      title: 'Aplicación de autenticación',
      hint: 'Una aplicación del teléfono muestra códigos. Funciona sin conexión.',
    },
    hotp: {
      title: 'Generador de códigos',
      hint: 'Un pequeño aparato o una aplicación que muestra un código nuevo cada vez.',
    },
    email: { title: 'Correo electrónico', hint: 'Enviamos un código a su dirección de correo.' },
    sms: { title: 'Mensaje de texto', hint: 'Enviamos un código a su teléfono.' },
    yubikey: { title: 'YubiKey', hint: 'Toque la llave y ella escribe un código por usted.' },
    webauthn: {
      title: 'Clave de acceso o llave de seguridad',
      hint: 'Su huella, su cara o una llave que conecta o acerca.',
    },
    push: { title: 'Aprobar en otro dispositivo', hint: 'Un navegador que ya usa le pregunta, y usted acepta allí.' },
    'recovery-codes': { title: 'Código de recuperación', hint: 'Uno de los códigos que imprimió o anotó.' },
    'temporary-access-pass': { title: 'Pase de acceso', hint: 'Un pase que le dio su centro de ayuda. Sirve una vez.' },
  },
} satisfies TextsLike<LayoutTexts>;
