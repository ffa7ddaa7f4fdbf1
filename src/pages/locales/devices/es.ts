import { plural, type TextsLike } from '../../../core/language.ts';
import type { DevicesTexts } from './en.ts';

export const es: TextsLike<DevicesTexts> = {
  title: 'Mis dispositivos',
  lead: (user) => `Con ellos demuestra que usted es ${user}. Confirma cada cambio y recibe un aviso.`,
  none: 'Todavía no tiene ningún dispositivo.',
  back: 'Volver a mis dispositivos',
  add: 'Añadir un dispositivo',
  suspended: 'Fuera de uso',
  lastUsed: 'Último uso:',
  neverUsed: 'Sin usar todavía',
  facts: { kind: 'Tipo', address: 'Se envía a', added: 'Añadido', used: 'Último uso' },
  device: {
    nameLabel: 'Nombre del dispositivo',
    save: 'Guardar nombre',
    remove: 'Quitar este dispositivo',
    suspended: 'Este dispositivo está fuera de uso. Pregunte a su administrador si lo vuelve a necesitar.',
    last: 'Es su último dispositivo. Sus códigos de recuperación se van con él, y quien tenga su contraseña podrá configurar entonces un dispositivo propio.',
  },
  resync: {
    title: '¿No se aceptan los códigos?',
    lead: (device) => `Escriba dos códigos de «${device}», uno justo después del otro. Así se ajusta su contador.`,
    first: 'Primer código',
    second: 'El código siguiente',
    button: 'Ajustar',
  },
  recovery: {
    title: 'Códigos de recuperación',
    left: (count) =>
      plural('es', count, { one: 'Queda {n} código.', many: 'Quedan {n} códigos.', other: 'Quedan {n} códigos.' }),
    none: 'Le permiten entrar cuando ya no tiene su dispositivo. No tiene ninguno.',
    hint: 'Si crea códigos nuevos, los anteriores dejan de funcionar.',
    renew: 'Crear códigos nuevos',
    make: 'Crear códigos de recuperación',
  },
  browsers: {
    title: 'Navegadores de confianza',
    lead: 'Aquí no se le pide un segundo factor.',
    until: 'Hasta:',
    revoke: 'Dejar de confiar',
    revokeAll: 'No confiar en ninguno',
  },
  changes: {
    add: 'Añadir un dispositivo',
    codes: 'Nuevos códigos de recuperación',
    'revoke-all': 'No confiar en ningún navegador',
    revoke: (browser) => `Dejar de confiar en «${browser}»`,
    rename: (from, to) => `Cambiar el nombre de «${from}» a «${to}»`,
    remove: (device) => `Quitar «${device}»`,
  },
  proof: {
    lead: 'Demuestre que es usted. Solo vale para este cambio.',
    confirm: 'Confirmar',
    confirmed: 'Lo ha confirmado.',
    apply: 'Hacerlo ahora',
  },
  noProof: 'No tiene nada con que confirmarlo. Pregunte a su administrador.',
  done: {
    renamed: 'El dispositivo tiene su nuevo nombre.',
    removed: 'El dispositivo se ha quitado.',
    revoked: 'Ya no se confía en el navegador.',
    'revoked-all': 'Ya no se confía en ningún navegador.',
    resynchronized: 'El dispositivo está ajustado.',
  },
};
