import { plural, type TextsLike } from '../../../core/language.ts';
import type { DevicesTexts } from './en.ts';

export const pt: TextsLike<DevicesTexts> = {
  title: 'Os meus dispositivos',
  lead: (user) => `É com eles que prova que é ${user}. Confirma cada alteração e recebe um aviso.`,
  none: 'Ainda não tem nenhum dispositivo.',
  back: 'Voltar aos meus dispositivos',
  add: 'Adicionar um dispositivo',
  suspended: 'Fora de uso',
  lastUsed: 'Último uso:',
  neverUsed: 'Ainda não usado',
  facts: { kind: 'Tipo', address: 'Enviado para', added: 'Adicionado', used: 'Último uso' },
  device: {
    nameLabel: 'Nome do dispositivo',
    save: 'Guardar nome',
    remove: 'Remover este dispositivo',
    suspended: 'Este dispositivo está fora de uso. Pergunte ao seu administrador se voltar a precisar dele.',
    last: 'É o seu último dispositivo. Os seus códigos de recuperação vão com ele, e quem tiver a sua palavra-passe poderá então configurar um dispositivo próprio.',
  },
  resync: {
    title: 'Os códigos não são aceites?',
    lead: (device) => `Escreva dois códigos de «${device}», um logo a seguir ao outro. Eles acertam o contador.`,
    first: 'Primeiro código',
    second: 'O código seguinte',
    button: 'Acertar',
  },
  recovery: {
    title: 'Códigos de recuperação',
    left: (count) =>
      plural('pt', count, { one: 'Resta {n} código.', many: 'Restam {n} códigos.', other: 'Restam {n} códigos.' }),
    none: 'Permitem-lhe entrar quando já não tem o dispositivo. Não tem nenhum.',
    hint: 'Se criar novos, os antigos deixam de funcionar.',
    renew: 'Criar novos códigos',
    make: 'Criar códigos de recuperação',
  },
  browsers: {
    title: 'Navegadores de confiança',
    lead: 'Aqui não lhe é pedido um segundo fator.',
    until: 'Até:',
    revoke: 'Deixar de confiar',
    revokeAll: 'Não confiar em nenhum',
  },
  changes: {
    add: 'Adicionar um dispositivo',
    codes: 'Novos códigos de recuperação',
    'revoke-all': 'Não confiar em nenhum navegador',
    revoke: (browser) => `Deixar de confiar em «${browser}»`,
    rename: (from, to) => `Mudar o nome de «${from}» para «${to}»`,
    remove: (device) => `Remover «${device}»`,
  },
  proof: {
    lead: 'Mostre que é você. Vale apenas para esta alteração.',
    confirm: 'Confirmar',
    confirmed: 'Está confirmado.',
    apply: 'Fazer agora',
  },
  noProof: 'Não tem nada com que o confirmar. Pergunte ao seu administrador.',
  done: {
    renamed: 'O dispositivo tem o novo nome.',
    removed: 'O dispositivo foi removido.',
    revoked: 'O navegador já não é de confiança.',
    'revoked-all': 'Nenhum navegador é de confiança.',
    resynchronized: 'O dispositivo está acertado.',
  },
};
