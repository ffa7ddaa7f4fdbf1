import type { MessageTexts } from './message-texts.ts';

export const zh: MessageTexts = {
  code: {
    subject: (issuer) => `您在 ${issuer} 的验证码`,
    request: (issuer, user) =>
      `您请求了验证码，以便${user === undefined ? '' : `以 ${user} 的身份`}登录 ${issuer}。请只在要求您输入的地方输入，不要在其他任何地方输入。`,
    lifetime: (minutes) => `${minutes} 分钟`,
    validity: (lifetime) =>
      lifetime === undefined ? '验证码只能使用一次。' : `验证码在 ${lifetime}内有效，且只能使用一次。`,
    warning: '如果您没有尝试登录，请告知您的管理员。任何人都不会向您索要此验证码。',
    short: (code, issuer) => `${code} 是您在 ${issuer} 的验证码。`,
    shortValidity: (lifetime) => `${lifetime}内有效。`,
    doNotShare: '请勿告诉他人。',
  },
  question: {
    subject: (issuer) => `登录 ${issuer}`,
    text: ({ user, ip, reference }) => {
      const as = user === undefined ? '' : `以 ${user} 的身份`;
      const from = ip === undefined ? '' : `从 ${ip} `;
      const purpose = reference === undefined ? '' : `（${reference}）`;
      return `有人正在${from}${as}登录${purpose}。是您本人吗？如果是，请打开此通知并输入那里显示的数字。`;
    },
    warning: '如果不是您本人，请在那里说明。',
  },
  notice: {
    titles: {
      device_added: '您的账户添加了一台设备',
      device_removed: '您的账户移除了一台设备',
      device_renamed: '您账户中的一台设备已改名',
      device_suspended: '您账户中的一台设备已停用',
      recovery_codes_replaced: '您有了新的恢复代码',
      user_locked: '您的账户暂时不接受验证',
      push_refused: '一次登录被拒绝',
      access_pass_issued: '已为您的账户签发访问通行证',
      browser_trusted: '一个浏览器已受信任',
      browser_revoked: '一个浏览器不再受信任',
      device_resynchronized: '一台设备已重新校准',
    },
    happened: {
      device_added: (name) => `从现在起，设备“${name}”可用于证明您的身份。`,
      device_removed: (name) => `设备“${name}”不再能用于证明您的身份。`,
      device_renamed: (name) => `该设备现在名为“${name}”。`,
      device_suspended: (name) => `设备“${name}”在重新启用之前无法使用。`,
      recovery_codes_replaced: () => '您之前的恢复代码已失效。',
      user_locked: () => '有人以您的名义输入了太多错误的答案。一段时间内不接受任何答案。',
      push_refused: (name) => `有人在“${name}”上表示，不希望以您的名义进行的登录。`,
      access_pass_issued: () => '管理员签发了一张临时访问通行证。持有者可以以您的名义登录一次。',
      browser_trusted: (name) => `“${name}”在一段时间内可以跳过第二重验证。`,
      browser_revoked: (name) =>
        name === '' ? '任何浏览器都不能再跳过第二重验证。' : `“${name}”不能再跳过第二重验证。`,
      device_resynchronized: (name) => `“${name}”已用两个验证码重新校准。`,
    },
    account: (user, integration) => `账户：${user}${integration === undefined ? '' : `，${integration}`}`,
    time: (time) => `时间：${time}`,
    address: (ip) => `网络地址：${ip}`,
    warning: '如果不是您本人操作，请立即告知您的管理员。',
  },
};
