import { plural, type TextsLike } from '../../../core/language.ts';
import type { ChallengeTexts } from './en.ts';

export const ja = {
  title: 'ご本人ですか？',
  asks: (integration) => `${integration} が確認を求めています。`,
  purpose: (reference) => `目的：${reference}`,
  answer: '続ける',
  leads: {
    totp: (device) => `「${device}」に今表示されているコードを入力してください。`,
    hotp: (device) => `「${device}」の次のコードを入力してください。`,
    sent: (target) => `${target} にコードを送りました。`,
    yubikey: '入力欄をクリックして YubiKey に触れてください。残りはキーが入力します。',
    'recovery-codes': '回復コードを一つ入力してください。同じコードは二度使えません。',
    'temporary-access-pass': 'ヘルプデスクから受け取ったパスを入力してください。',
    generic: (device) => `「${device}」のコードを入力してください。`,
  },
  labels: {
    code: 'コード',
    yubikey: 'キーが入力する内容',
    'recovery-codes': '回復コード',
    'temporary-access-pass': 'アクセスパス',
  },
  resend: {
    button: 'コードを送り直す',
    wait: 'あと {n} 秒で送り直せます',
    tooEarly: (seconds) => `あと${seconds}で送り直せます。`,
    sent: '新しいコードを送りました。前のコードは使えません。',
  },
  webauthn: {
    lead: 'ブラウザーが指紋、顔、PIN、または触れるキーを求めます。',
    button: 'パスキーまたはキーを使う',
    working: 'ブラウザーの指示に従ってください……',
    failed: 'うまくいかなかったか、取り消されました。もう一度か、別の方法をお試しください。',
    unsupported: 'このブラウザーはパスキーに対応していません。別の方法をお試しください。',
    noScript: 'この方法には JavaScript が必要です。有効にするか、別の方法をお試しください。',
  },
  push: {
    lead: (device) => `「${device}」で確認しています。開いて、この数字を入力してください：`,
    number: 'そこで入力する数字',
    waiting: '回答を待っています……',
  },
  other: {
    link: '別の方法を試す',
    title: '別の方法を選ぶ',
    lead: '手元にあるものはどれですか？',
    left: (count) => plural('ja', count, { other: '残り {n} 個' }),
    lost: 'どれも手元にない場合は、管理者にお問い合わせください。',
    none: 'ここで使えるものはほかにありません。管理者にお問い合わせください。',
  },
  ended: {
    failed: { title: 'うまくいきませんでした', text: '誤った回答が多すぎたか、メッセージを送れませんでした。' },
    denied: {
      title: '拒否されました',
      text: '別のデバイスで拒否されました。ご本人でしたら、もう一度始めてください。',
    },
    expired: { title: '時間切れです', text: 'もう一度始めるか、別の方法をお試しください。' },
  },
} satisfies TextsLike<ChallengeTexts>;
