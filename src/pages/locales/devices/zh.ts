import { plural, type TextsLike } from '../language.ts';
import type { DevicesTexts } from './en.ts';

export const zh: TextsLike<DevicesTexts> = {
  title: '我的设备',
  lead: (user) => `您用它们证明自己是 ${user}。每次更改都要由您确认，并会通知您。`,
  none: '您还没有设备。',
  back: '返回我的设备',
  add: '添加设备',
  suspended: '已停用',
  lastUsed: '上次使用：',
  neverUsed: '尚未使用',
  facts: { kind: '类型', address: '发送到', added: '添加时间', used: '上次使用' },
  device: {
    nameLabel: '设备名称',
    save: '保存名称',
    remove: '移除此设备',
    last: '这是您的最后一台设备。恢复代码会随之失效，之后知道您密码的人就能设置自己的设备。',
  },
  resync: {
    title: '验证码不被接受？',
    lead: (device) => `请输入“${device}”连续显示的两个验证码，用来校准它的计数器。`,
    first: '第一个验证码',
    second: '紧接着的验证码',
    button: '校准',
  },
  recovery: {
    title: '恢复代码',
    left: (count) => plural('zh', count, { other: '还剩 {n} 个代码。' }),
    none: '设备不在时，可以用它们登录。您还没有。',
    hint: '生成新代码后，旧代码不再有效。',
    renew: '生成新代码',
    make: '生成恢复代码',
  },
  browsers: {
    title: '受信任的浏览器',
    lead: '在这些浏览器中不会要求第二重验证。',
    until: '有效期至：',
    revoke: '不再信任',
    revokeAll: '全部不再信任',
  },
  changes: {
    add: '添加设备',
    codes: '新的恢复代码',
    'revoke-all': '不再信任任何浏览器',
    revoke: (browser) => `不再信任“${browser}”`,
    rename: (from, to) => `将“${from}”改名为“${to}”`,
    remove: (device) => `移除“${device}”`,
  },
  proof: {
    lead: '请证明是您本人。仅对这一次更改有效。',
    confirm: '确认',
    confirmed: '您已确认。',
    apply: '立即执行',
  },
  noProof: '您没有可用来确认的设备。请联系管理员。',
  done: {
    renamed: '设备已改名。',
    removed: '设备已移除。',
    revoked: '该浏览器不再受信任。',
    'revoked-all': '不再信任任何浏览器。',
    resynchronized: '设备已校准。',
  },
};
