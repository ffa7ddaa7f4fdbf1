import { plural, type TextsLike } from '../../../core/language.ts';
import type { LayoutTexts } from './en.ts';

export const pt = {
  language: 'Idioma',
  change: 'Mudar',
  errorPrefix: 'Erro: ',
  cancel: 'Cancelar',
  back: 'Voltar',
  continue: 'Continuar',
  backTo: (name) => `Voltar a ${name}`,
  mayClose: 'Pode fechar esta página.',
  done: { title: 'Tudo pronto', already: 'O regresso já foi feito. Aqui não há mais nada a fazer.' },
  ticketInvalid: {
    title: 'Este link já não funciona',
    text: 'Expirou ou não foi copiado por inteiro. Volte ao lugar de onde veio e comece de novo.',
  },
  notFound: { title: 'Não há nada aqui', text: 'Este endereço não é um dos nossos.' },
  foreign: {
    title: 'Isto veio de outra página',
    text: 'Para sua segurança, nada foi feito. Abra o link de novo e use os botões dele.',
  },
  broken: { title: 'Algo correu mal', text: 'Nada foi aceite nem alterado. Tente de novo daqui a pouco.' },
  unavailable: { title: 'Não podemos responder agora', text: 'Nada foi alterado. Tente de novo daqui a pouco.' },
  refusals: {
    answer_refused: (left) =>
      left === 0
        ? 'Não está certo.'
        : `Não está certo. ${plural('pt', left, { one: 'Resta {n} tentativa.', other: 'Restam {n} tentativas.' })}`,
    empty: 'Preencha este campo.',
    too_many_attempts: 'Demasiadas tentativas. Espere um pouco antes de tentar de novo.',
    too_many_messages: 'Enviámos demasiadas mensagens. Espere um pouco antes de pedir outra.',
    delivery_failed: 'Não foi possível enviar a mensagem. Tente de outra forma ou mais tarde.',
    kind_not_allowed: 'Isto não é permitido aqui. Escolha outra forma.',
    mail_domain_not_allowed: 'Endereços deste domínio não são permitidos aqui.',
    phone_number_not_allowed: 'Números deste país não são permitidos aqui.',
    authenticator_not_allowed: 'Este modelo de chave de segurança não é permitido aqui.',
    already_exists: 'Já tem isto.',
    name_taken: 'Outro dos seus dispositivos tem este nome.',
    invalid_parameters: 'Isto não parece certo. Verifique e tente de novo.',
    wrong_state: 'Isto já foi feito ou já não é possível.',
    no_device: 'Não tem nada com que responder.',
    user_inactive: 'A sua conta não pode ser usada neste momento.',
    other: 'Não funcionou. Tente de novo.',
  },
  notArrived: {
    email: 'Não chegou? Pode demorar um minuto. Veja também na pasta de spam.',
    other: 'Não chegou? Pode demorar um minuto.',
  },
  minutes: (count) => plural('pt', count, { one: '{n} minuto', other: '{n} minutos' }),
  seconds: (count) => plural('pt', count, { one: '{n} segundo', other: '{n} segundos' }),
  kinds: {
    totp: {
      title: 'Aplicação de autenticação',
      hint: 'Uma aplicação no telefone mostra códigos. Funciona sem ligação.',
    },
    hotp: {
      title: 'Gerador de códigos',
      hint: 'Um pequeno aparelho ou uma aplicação que mostra um código novo de cada vez.',
    },
    email: { title: 'E-mail', hint: 'Enviamos um código para o seu endereço.' },
    sms: { title: 'SMS', hint: 'Enviamos um código para o seu telefone.' },
    yubikey: { title: 'YubiKey', hint: 'Toque na chave e ela escreve um código por si.' },
    webauthn: {
      title: 'Chave de acesso ou de segurança',
      hint: 'A sua impressão digital, o seu rosto ou uma chave que liga ou aproxima.',
    },
    push: { title: 'Aprovar noutro dispositivo', hint: 'Um navegador que já usa pergunta-lhe, e aceita lá.' },
    'recovery-codes': { title: 'Código de recuperação', hint: 'Um dos códigos que imprimiu ou anotou.' },
    'temporary-access-pass': { title: 'Passe de acesso', hint: 'Um passe dado pelo seu apoio técnico. Serve uma vez.' },
  },
} satisfies TextsLike<LayoutTexts>;
