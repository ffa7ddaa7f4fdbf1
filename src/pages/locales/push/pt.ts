import type { TextsLike } from '../../../core/language.ts';
import type { PushTexts } from './en.ts';

export const pt: TextsLike<PushTexts> = {
  register: {
    title: 'Aprovar neste navegador',
    lead: (user) => `Quando alguém iniciar sessão como ${user}, este navegador pergunta se é você.`,
    number: 'A aprovação faz-se com o número que aparece onde inicia sessão. Use um navegador que mais ninguém use.',
    notifications:
      'O navegador vai perguntar se pode enviar notificações. Se disser que não, terá de deixar uma página aberta.',
    button: 'Usar este navegador',
  },
  registered: {
    title: 'Este navegador está pronto',
    text: 'Ele pergunta numa página própria. Deixe-a aberta quando iniciar sessão noutro lugar, ou instale-a a partir do menu do navegador.',
    open: 'Abrir a página que pergunta',
  },
  waiting: {
    title: 'À espera de inícios de sessão',
    asked: 'É você?',
    none: 'Ninguém está a iniciar sessão neste momento.',
    stay: 'Assim que alguém o fizer, verá aqui. Deixe esta página aberta.',
    closable: 'Assim que alguém o fizer, o navegador avisa. Pode fechar esta página.',
    wake: 'Avisar também com a página fechada',
    accounts: 'Este navegador aprova para',
  },
  unknown: {
    title: 'Este navegador não aprova nada',
    text: 'Nunca foi registado ou foi removido. Adicione-o onde gere o seu início de sessão.',
  },
  question: {
    who: 'Aplicação',
    user: 'Inicia sessão como',
    from: 'De',
    notTold: 'não indicado',
    purpose: 'Para',
    when: 'Quando',
    number: 'O número que aparece lá',
    hint: 'Aparece onde está a iniciar sessão. Se alguém lhe disser qual é, recuse.',
    twoDigits: 'Escreva os dois algarismos.',
    approve: 'Aprovar',
    refuse: 'Não fui eu',
  },
  done: {
    approved: (integration) => `Aprovado. Continue em ${integration}.`,
    refused: 'Recusado. Talvez alguém saiba a sua palavra-passe: mude-a e avise o seu administrador.',
    wrong: 'Era outro número, por isso ninguém iniciou sessão. Se era você, comece de novo.',
    wakes: 'A partir de agora o navegador avisa mesmo com esta página fechada.',
    silent: 'O navegador não o permitiu. Deixe esta página aberta.',
    over: 'Este início de sessão já terminou. Se era você, comece de novo.',
  },
};
