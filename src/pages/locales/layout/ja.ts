import { plural, type TextsLike } from '../../../core/language.ts';
import type { LayoutTexts } from './en.ts';

export const ja = {
  language: '言語',
  change: '切り替え',
  errorPrefix: 'エラー：',
  cancel: 'キャンセル',
  back: '戻る',
  continue: '続ける',
  backTo: (name) => `${name} に戻る`,
  mayClose: 'このページを閉じてかまいません。',
  done: { title: '完了しました', already: 'すでに元のページに戻りました。ここで行うことはもうありません。' },
  ticketInvalid: {
    title: 'このリンクは使えなくなりました',
    text: '期限が切れたか、正しくコピーされていません。元の場所に戻って、もう一度始めてください。',
  },
  notFound: { title: 'ここには何もありません', text: 'このアドレスは存在しません。' },
  foreign: {
    title: '別のページからの操作です',
    text: '安全のため、何も行いませんでした。リンクをもう一度開き、ページのボタンを使ってください。',
  },
  broken: {
    title: '問題が発生しました',
    text: '何も受け付けられず、何も変更されていません。少し後でもう一度お試しください。',
  },
  unavailable: { title: '現在応答できません', text: '何も変更されていません。少し後でもう一度お試しください。' },
  refusals: {
    answer_refused: (left) =>
      left === 0 ? '正しくありません。' : `正しくありません。${plural('ja', left, { other: 'あと {n} 回試せます。' })}`,
    empty: 'この欄に入力してください。',
    too_many_attempts: '試行回数が多すぎます。しばらく待ってからお試しください。',
    too_many_messages: 'メッセージの送信が多すぎます。しばらく待ってから依頼してください。',
    delivery_failed: 'メッセージを送信できませんでした。別の方法か、後でお試しください。',
    kind_not_allowed: 'ここでは許可されていません。別の方法を選んでください。',
    mail_domain_not_allowed: 'このドメインのアドレスは許可されていません。',
    phone_number_not_allowed: 'この国の番号は許可されていません。',
    authenticator_not_allowed: 'この機種のセキュリティキーは許可されていません。',
    already_exists: 'すでにお持ちです。',
    name_taken: 'この名前は別のデバイスで使われています。',
    invalid_parameters: '正しくないようです。確認してもう一度お試しください。',
    wrong_state: 'すでに行われたか、もう行えません。',
    no_device: '回答に使えるものがありません。',
    user_inactive: 'アカウントは現在使用できません。',
    other: 'うまくいきませんでした。もう一度お試しください。',
  },
  notArrived: {
    email: '届きませんか？1 分ほどかかることがあります。迷惑メールのフォルダーもご確認ください。',
    other: '届きませんか？1 分ほどかかることがあります。',
  },
  minutes: (count) => plural('ja', count, { other: '{n} 分' }),
  seconds: (count) => plural('ja', count, { other: '{n} 秒' }),
  kinds: {
    totp: { title: '認証アプリ', hint: 'スマートフォンのアプリがコードを表示します。通信は不要です。' },
    hotp: { title: 'コード生成器', hint: '押すたびに新しいコードを表示する小さな機器またはアプリです。' },
    email: { title: 'メール', hint: 'メールアドレスにコードを送ります。' },
    sms: { title: 'SMS', hint: '電話にコードを送ります。' },
    yubikey: { title: 'YubiKey', hint: 'キーに触れると、コードが自動で入力されます。' },
    webauthn: { title: 'パスキーまたはセキュリティキー', hint: '指紋、顔、または挿すかかざすキーを使います。' },
    push: { title: '別のデバイスで承認', hint: 'すでに使っているブラウザーが確認し、そこで承認します。' },
    'recovery-codes': { title: '回復コード', hint: '印刷または書き留めたコードの一つです。' },
    'temporary-access-pass': { title: 'アクセスパス', hint: 'ヘルプデスクから受け取ったパスです。一度だけ使えます。' },
  },
} satisfies TextsLike<LayoutTexts>;
