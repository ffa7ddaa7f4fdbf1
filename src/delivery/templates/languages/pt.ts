import { plural } from '../../../core/language.ts';
import type { MessageTexts } from './message-texts.ts';

export const pt: MessageTexts = {
  code: {
    subject: (issuer) => `O seu código para ${issuer}`,
    request: (issuer, user) =>
      `Você pediu um código para entrar em ${issuer}${user === undefined ? '' : ` como ${user}`}. Digite-o onde ele foi pedido e em nenhum outro lugar.`,
    lifetime: (minutes) => plural('pt', minutes, { one: '{n} minuto', other: '{n} minutos' }),
    validity: (lifetime) =>
      lifetime === undefined ? 'Serve uma única vez.' : `É válido por ${lifetime} e serve uma única vez.`,
    warning: 'Se você não tentou entrar, avise o seu administrador. Ninguém lhe pedirá este código.',
    short: (code, issuer) => `${code} é o seu código para ${issuer}.`,
    shortValidity: (lifetime) => `Válido por ${lifetime}.`,
    doNotShare: 'Não o compartilhe.',
  },
  question: {
    subject: (issuer) => `Entrada em ${issuer}`,
    text: ({ user, ip, reference }) => {
      const as = user === undefined ? '' : ` como ${user}`;
      const from = ip === undefined ? '' : ` a partir de ${ip}`;
      const purpose = reference === undefined ? '' : ` (${reference})`;
      return `Alguém está entrando${as}${from}${purpose}. É você? Então abra isto e digite o número que aparece lá.`;
    },
    warning: 'Se não é você, diga isso lá.',
  },
  notice: {
    titles: {
      device_added: 'Um dispositivo foi adicionado à sua conta',
      device_removed: 'Um dispositivo foi removido da sua conta',
      device_renamed: 'Um dispositivo da sua conta tem um novo nome',
      device_suspended: 'Um dispositivo da sua conta foi desligado',
      recovery_codes_replaced: 'Você tem novos códigos de recuperação',
      user_locked: 'A sua conta não aceita respostas por enquanto',
      push_refused: 'Uma entrada foi recusada',
      access_pass_issued: 'Um passe de acesso foi emitido para a sua conta',
      browser_trusted: 'Um navegador agora é de confiança',
      browser_revoked: 'Um navegador deixou de ser de confiança',
      device_resynchronized: 'Um dispositivo foi acertado de novo',
    },
    happened: {
      device_added: (name) => `A partir de agora o dispositivo “${name}” serve para provar que é você.`,
      device_removed: (name) => `O dispositivo “${name}” já não serve para provar que é você.`,
      device_renamed: (name) => `O dispositivo agora se chama “${name}”.`,
      device_suspended: (name) => `O dispositivo “${name}” não pode ser usado até ser ligado de novo.`,
      recovery_codes_replaced: () => 'Os códigos de recuperação que você tinha já não funcionam.',
      user_locked: () => 'Foram dadas respostas erradas demais em seu nome. Por algum tempo nenhuma é aceita.',
      push_refused: (name) => `Em “${name}” alguém disse que uma entrada em seu nome não era desejada.`,
      access_pass_issued: () =>
        'Um administrador emitiu um passe de acesso temporário. Quem o tiver pode entrar uma vez em seu nome.',
      browser_trusted: (name) => `“${name}” pode dispensar o segundo fator por algum tempo.`,
      browser_revoked: (name) =>
        name === ''
          ? 'Nenhum navegador pode mais dispensar o segundo fator.'
          : `“${name}” não pode mais dispensar o segundo fator.`,
      device_resynchronized: (name) => `“${name}” foi acertado de novo com dois dos seus códigos.`,
    },
    account: (user, integration) => `Conta: ${user}${integration === undefined ? '' : `, ${integration}`}`,
    time: (time) => `Hora: ${time}`,
    address: (ip) => `Endereço de rede: ${ip}`,
    warning: 'Se não foi você, avise imediatamente o seu administrador.',
  },
};
