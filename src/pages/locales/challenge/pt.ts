import { plural, type TextsLike } from '../../../core/language.ts';
import type { ChallengeTexts } from './en.ts';

export const pt = {
  title: 'É você?',
  asks: (integration) => `${integration} pede-lhe que o prove.`,
  purpose: (reference) => `Para: ${reference}`,
  answer: 'Continuar',
  leads: {
    totp: (device) => `Escreva o código que «${device}» mostra agora.`,
    hotp: (device) => `Escreva o código seguinte de «${device}».`,
    sent: (target) => `Enviámos um código para ${target}.`,
    yubikey: 'Clique no campo e toque na sua YubiKey. Ela escreve o resto.',
    'recovery-codes': 'Escreva um dos seus códigos de recuperação. Não serve uma segunda vez.',
    'temporary-access-pass': 'Escreva o passe que o seu apoio técnico lhe deu.',
    generic: (device) => `Escreva o código de «${device}».`,
  },
  labels: {
    code: 'Código',
    yubikey: 'O que a chave escreve',
    'recovery-codes': 'Código de recuperação',
    'temporary-access-pass': 'Passe de acesso',
  },
  resend: {
    button: 'Enviar outro código',
    wait: 'Outro código em {n} s',
    tooEarly: (seconds) => `Pode pedir outro código em ${seconds}.`,
    sent: 'Enviámos outro código. O anterior já não serve.',
  },
  webauthn: {
    lead: 'O seu navegador vai pedir a impressão digital, o rosto, o PIN ou uma chave em que se toca.',
    button: 'Usar chave de acesso ou de segurança',
    working: 'Siga o que o navegador diz …',
    failed: 'Não funcionou ou foi cancelado. Tente de novo ou de outra forma.',
    unsupported: 'Este navegador não conhece chaves de acesso. Tente de outra forma.',
    noScript: 'Esta forma precisa de JavaScript. Ative-o ou tente de outra forma.',
  },
  push: {
    lead: (device) => `Perguntamos-lhe em «${device}». Abra-o e escreva lá este número:`,
    number: 'O número a escrever lá',
    waiting: 'Esperamos a sua resposta …',
  },
  other: {
    link: 'Tentar de outra forma',
    title: 'Escolha outra forma',
    lead: 'Qual destes tem à mão?',
    left: (count) => plural('pt', count, { one: 'Resta {n} código', other: 'Restam {n} códigos' }),
    lost: 'Não tem nenhum destes à mão? Pergunte ao seu administrador.',
    none: 'Não tem mais nada que possa usar aqui. Pergunte ao seu administrador.',
  },
  ended: {
    failed: { title: 'Não funcionou', text: 'Houve demasiadas respostas erradas ou a mensagem não pôde ser enviada.' },
    denied: { title: 'Foi recusado', text: 'Foi recusado noutro dispositivo. Se era você, comece de novo.' },
    expired: { title: 'O tempo acabou', text: 'Comece de novo ou tente de outra forma.' },
  },
} satisfies TextsLike<ChallengeTexts>;
