import { plural, type TextsLike } from '../language.ts';
import type { DevicesTexts } from './en.ts';

export const ja: TextsLike<DevicesTexts> = {
  title: '自分のデバイス',
  lead: (user) => `${user} さんの本人確認に使うデバイスです。変更のたびに確認をお願いし、結果をお知らせします。`,
  none: 'デバイスはまだありません。',
  back: '自分のデバイスに戻る',
  add: 'デバイスを追加',
  suspended: '使用停止中',
  lastUsed: '最後の使用：',
  neverUsed: 'まだ使われていません',
  facts: { kind: '種類', address: '送信先', added: '追加日時', used: '最後の使用' },
  device: {
    nameLabel: 'デバイスの名前',
    save: '名前を保存',
    remove: 'このデバイスを削除',
    last: 'これは最後のデバイスです。回復コードも一緒に無効になり、その後はパスワードを知る人が自分のデバイスを設定できてしまいます。',
  },
  resync: {
    title: 'コードが受け付けられませんか？',
    lead: (device) => `「${device}」の連続する二つのコードを入力してください。カウンターを合わせ直します。`,
    first: '一つ目のコード',
    second: 'その次のコード',
    button: '合わせ直す',
  },
  recovery: {
    title: '回復コード',
    left: (count) => plural('ja', count, { other: '残り {n} 個です。' }),
    none: 'デバイスが手元にないときに使えます。まだありません。',
    hint: '新しく作ると、前のコードは使えなくなります。',
    renew: '新しいコードを作る',
    make: '回復コードを作る',
  },
  browsers: {
    title: '信頼済みのブラウザー',
    lead: 'これらのブラウザーでは第二要素を求められません。',
    until: '期限：',
    revoke: '信頼を取り消す',
    revokeAll: 'すべての信頼を取り消す',
  },
  changes: {
    add: 'デバイスを追加',
    codes: '新しい回復コード',
    'revoke-all': 'すべてのブラウザーの信頼を取り消す',
    revoke: (browser) => `「${browser}」の信頼を取り消す`,
    rename: (from, to) => `「${from}」を「${to}」に変更`,
    remove: (device) => `「${device}」を削除`,
  },
  proof: {
    lead: '本人であることを示してください。この変更だけに有効です。',
    confirm: '確認',
    confirmed: '確認されました。',
    apply: '今すぐ実行',
  },
  noProof: '確認に使えるものがありません。管理者にお問い合わせください。',
  done: {
    renamed: 'デバイスの名前を変更しました。',
    removed: 'デバイスを削除しました。',
    revoked: 'ブラウザーの信頼を取り消しました。',
    'revoked-all': 'すべてのブラウザーの信頼を取り消しました。',
    resynchronized: 'デバイスを合わせ直しました。',
  },
};
