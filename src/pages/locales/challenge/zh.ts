import { plural, type TextsLike } from '../../../core/language.ts';
import type { ChallengeTexts } from './en.ts';

export const zh = {
  title: '是您本人吗？',
  asks: (integration) => `${integration} 请您证明。`,
  purpose: (reference) => `用途：${reference}`,
  answer: '继续',
  leads: {
    totp: (device) => `请输入“${device}”现在显示的验证码。`,
    hotp: (device) => `请输入“${device}”的下一个验证码。`,
    sent: (target) => `我们已向 ${target} 发送验证码。`,
    yubikey: '点击输入框并触摸 YubiKey，其余由它输入。',
    'recovery-codes': '请输入一个恢复代码。用过后即失效。',
    'temporary-access-pass': '请输入服务台给您的通行证。',
    generic: (device) => `请输入“${device}”的验证码。`,
  },
  labels: {
    code: '验证码',
    yubikey: '密钥输入的内容',
    'recovery-codes': '恢复代码',
    'temporary-access-pass': '访问通行证',
  },
  resend: {
    button: '重新发送验证码',
    wait: '{n} 秒后可重新发送',
    tooEarly: (seconds) => `${seconds}后可重新请求验证码。`,
    sent: '我们已发送新的验证码，之前的已失效。',
  },
  webauthn: {
    lead: '浏览器会要求您使用指纹、面容、PIN，或触摸密钥。',
    button: '使用通行密钥或安全密钥',
    working: '请按浏览器的提示操作……',
    failed: '未成功或已取消。请再试一次，或换一种方式。',
    unsupported: '此浏览器不支持通行密钥。请换一种方式。',
    noScript: '此方式需要 JavaScript。请启用它，或换一种方式。',
  },
  push: {
    lead: (device) => `我们正在“${device}”上询问您。请打开它并输入此数字：`,
    number: '要在那里输入的数字',
    waiting: '正在等待您的答复……',
  },
  other: {
    link: '换一种方式',
    title: '选择其他方式',
    lead: '您手边有哪一种？',
    left: (count) => plural('zh', count, { other: '剩余 {n} 个代码' }),
    lost: '这些都不在手边？请联系管理员。',
    none: '您没有其他可在此使用的方式。请联系管理员。',
  },
  ended: {
    failed: { title: '未成功', text: '错误次数过多，或消息无法发送。' },
    denied: { title: '已被拒绝', text: '已在另一台设备上拒绝。如果是您，请重新开始。' },
    expired: { title: '时间已到', text: '请重新开始，或换一种方式。' },
  },
} satisfies TextsLike<ChallengeTexts>;
