import type { TextsLike } from '../../../core/language.ts';
import type { PushTexts } from './en.ts';

export const zh: TextsLike<PushTexts> = {
  register: {
    title: '在此浏览器中批准',
    lead: (user) => `每当有人以 ${user} 登录时，此浏览器会询问是不是您本人。`,
    number: '批准时请输入登录处显示的数字。请使用只有您自己使用的浏览器。',
    notifications: '浏览器接下来会询问是否允许通知。如果不允许，您需要保持一个页面打开。',
    button: '使用此浏览器',
  },
  registered: {
    title: '此浏览器已就绪',
    text: '它会在单独的页面上询问您。在别处登录时请保持该页面打开，或从浏览器菜单安装它。',
    open: '打开询问页面',
  },
  waiting: {
    title: '正在等待登录',
    asked: '这是您本人吗？',
    none: '目前没有人在登录。',
    stay: '一旦有人登录，您会在这里看到。请保持此页面打开。',
    closable: '一旦有人登录，浏览器会通知您。您可以关闭此页面。',
    wake: '页面关闭后也通知我',
    accounts: '此浏览器为以下用户批准：',
  },
  unknown: {
    title: '此浏览器不能批准登录',
    text: '它从未注册，或已被移除。请在管理登录方式的地方添加它。',
  },
  question: {
    who: '应用',
    user: '登录用户',
    from: '来自',
    notTold: '未提供',
    purpose: '用途',
    when: '时间',
    number: '登录处显示的数字',
    hint: '它显示在您正在登录的地方。如果有人把它告诉您，请拒绝。',
    twoDigits: '请输入两位数字。',
    approve: '批准',
    refuse: '不是我',
  },
  done: {
    approved: (integration) => `已批准。请回到 ${integration} 继续。`,
    refused: '已拒绝。可能有人知道您的密码：请更改密码并告知管理员。',
    wrong: '数字不对，因此没有人登录。如果是您本人，请重新开始。',
    wakes: '从现在起，即使关闭此页面，浏览器也会通知您。',
    silent: '浏览器不允许通知。请保持此页面打开。',
    over: '此次登录已结束。如果是您本人，请重新开始。',
  },
};
