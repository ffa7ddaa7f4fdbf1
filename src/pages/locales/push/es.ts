import type { TextsLike } from '../../../core/language.ts';
import type { PushTexts } from './en.ts';

export const es: TextsLike<PushTexts> = {
  register: {
    title: 'Aprobar en este navegador',
    lead: (user) => `Cuando alguien inicie sesión como ${user}, este navegador le preguntará si es usted.`,
    number: 'Se aprueba con el número que aparece donde inicia sesión. Utilice un navegador que no use nadie más.',
    notifications:
      'El navegador le preguntará si puede enviarle notificaciones. Si dice que no, tendrá que dejar una página abierta.',
    button: 'Usar este navegador',
  },
  registered: {
    title: 'Este navegador está listo',
    text: 'Le pregunta en una página propia. Déjela abierta cuando inicie sesión en otro lugar, o instálela desde el menú del navegador.',
    open: 'Abrir la página que le pregunta',
  },
  waiting: {
    title: 'Esperando inicios de sesión',
    asked: '¿Es usted?',
    none: 'Nadie está iniciando sesión en este momento.',
    stay: 'En cuanto alguien lo haga, lo verá aquí. Deje esta página abierta.',
    closable: 'En cuanto alguien lo haga, su navegador le avisará. Puede cerrar esta página.',
    wake: 'Avisarme también con la página cerrada',
    accounts: 'Este navegador aprueba para',
  },
  unknown: {
    title: 'Este navegador no aprueba nada',
    text: 'Nunca se registró o se ha eliminado. Añádalo donde gestiona su inicio de sesión.',
  },
  question: {
    who: 'Aplicación',
    user: 'Inicia sesión como',
    from: 'Desde',
    notTold: 'no se sabe',
    purpose: 'Para',
    when: 'Cuándo',
    number: 'El número que aparece allí',
    hint: 'Lo ve donde está iniciando sesión. Si alguien se lo dice, rechace.',
    twoDigits: 'Escriba las dos cifras.',
    approve: 'Aprobar',
    refuse: 'No he sido yo',
  },
  done: {
    approved: (integration) => `Aprobado. Continúe en ${integration}.`,
    refused: 'Rechazado. Puede que alguien sepa su contraseña: cámbiela y avise a su administrador.',
    wrong: 'Era otro número, así que nadie ha iniciado sesión. Si era usted, empiece de nuevo.',
    wakes: 'A partir de ahora su navegador le avisa aunque esta página esté cerrada.',
    silent: 'El navegador no lo ha permitido. Deje esta página abierta.',
    over: 'Este inicio de sesión ya ha terminado. Si era usted, empiece de nuevo.',
  },
};
