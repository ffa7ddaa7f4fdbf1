import type { MessageTexts } from './message-texts.ts';

export const ja: MessageTexts = {
  code: {
    subject: (issuer) => `${issuer} の確認コード`,
    request: (issuer, user) =>
      `${user === undefined ? '' : `${user} として `}${issuer} にサインインするための確認コードが要求されました。求められた画面にのみ入力し、ほかの場所には入力しないでください。`,
    lifetime: (minutes) => `${minutes} 分間`,
    validity: (lifetime) =>
      lifetime === undefined ? 'コードは一度だけ使えます。' : `コードは ${lifetime}有効で、一度だけ使えます。`,
    warning:
      'サインインしようとした覚えがない場合は、管理者に知らせてください。このコードを尋ねることは決してありません。',
    short: (code, issuer) => `${code} は ${issuer} の確認コードです。`,
    shortValidity: (lifetime) => `${lifetime}有効。`,
    doNotShare: '他人に教えないでください。',
  },
  question: {
    subject: (issuer) => `${issuer} へのサインイン`,
    text: ({ user, ip, reference }) => {
      const as = user === undefined ? '' : `${user} として`;
      const from = ip === undefined ? '' : `${ip} から`;
      const purpose = reference === undefined ? '' : `（${reference}）`;
      return `だれかが${from}${as}サインインしようとしています${purpose}。ご本人ですか。ご本人なら、これを開いて、そこに表示される数字を入力してください。`;
    },
    warning: 'ご本人でない場合は、そこで拒否してください。',
  },
  notice: {
    titles: {
      device_added: 'アカウントにデバイスが追加されました',
      device_removed: 'アカウントからデバイスが削除されました',
      device_renamed: 'アカウントのデバイスの名前が変わりました',
      device_suspended: 'アカウントのデバイスが停止されました',
      recovery_codes_replaced: '新しいリカバリーコードが作成されました',
      user_locked: 'アカウントは現在、回答を受け付けていません',
      push_refused: 'サインインが拒否されました',
      access_pass_issued: 'アカウントのアクセスパスが発行されました',
      browser_trusted: 'ブラウザーが信頼済みになりました',
      browser_revoked: 'ブラウザーの信頼が取り消されました',
      device_resynchronized: 'デバイスが再調整されました',
    },
    happened: {
      device_added: (name) => `今後、デバイス「${name}」で本人確認ができます。`,
      device_removed: (name) => `デバイス「${name}」では本人確認ができなくなりました。`,
      device_renamed: (name) => `デバイスの名前は「${name}」になりました。`,
      device_suspended: (name) => `デバイス「${name}」は、再び有効にするまで使えません。`,
      recovery_codes_replaced: () => 'これまでのリカバリーコードは使えなくなりました。',
      user_locked: () => 'あなたの名前で間違った回答が多すぎました。しばらくの間、回答は受け付けられません。',
      push_refused: (name) => `「${name}」で、あなたの名前でのサインインが拒否されました。`,
      access_pass_issued: () =>
        '管理者が一時アクセスパスを発行しました。これを持つ人は、あなたの名前で一度サインインできます。',
      browser_trusted: (name) => `「${name}」では、しばらくの間、第二要素を省略できます。`,
      browser_revoked: (name) =>
        name === ''
          ? '第二要素を省略できるブラウザーはなくなりました。'
          : `「${name}」では第二要素を省略できなくなりました。`,
      device_resynchronized: (name) => `「${name}」は二つのコードで再調整されました。`,
    },
    account: (user, integration) => `アカウント：${user}${integration === undefined ? '' : `、${integration}`}`,
    time: (time) => `日時：${time}`,
    address: (ip) => `ネットワークアドレス：${ip}`,
    warning: '心当たりがない場合は、すぐに管理者に知らせてください。',
  },
};
