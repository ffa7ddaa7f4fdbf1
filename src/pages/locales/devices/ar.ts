import { plural, type TextsLike } from '../../../core/language.ts';
import type { DevicesTexts } from './en.ts';

export const ar: TextsLike<DevicesTexts> = {
  title: 'أجهزتي',
  lead: (user) => `بهذه الأجهزة تثبت أنك \u2068${user}\u2069. تؤكد كل تغيير بنفسك ويصلك إشعار به.`,
  none: 'ليس لديك أي جهاز بعد.',
  back: 'العودة إلى أجهزتي',
  add: 'إضافة جهاز',
  suspended: 'خارج الاستخدام',
  lastUsed: 'آخر استخدام:',
  neverUsed: 'لم يُستخدم بعد',
  facts: { kind: 'النوع', address: 'يُرسل إلى', added: 'أُضيف', used: 'آخر استخدام' },
  device: {
    nameLabel: 'اسم الجهاز',
    save: 'حفظ الاسم',
    remove: 'إزالة هذا الجهاز',
    suspended: 'هذا الجهاز خارج الاستخدام. اسأل المسؤول إن احتجت إليه مجددًا.',
    last: 'هذا آخر جهاز لديك. تذهب معه رموز الاسترداد، ويستطيع بعدها من يعرف كلمة مرورك أن يُعدّ جهازًا له.',
  },
  resync: {
    title: 'ألا تُقبل الرموز؟',
    lead: (device) => `اكتب رمزين متتاليين من «\u2068${device}\u2069»، فهما يضبطان عدّاده.`,
    first: 'الرمز الأول',
    second: 'الرمز الذي يليه',
    button: 'ضبط',
  },
  recovery: {
    title: 'رموز الاسترداد',
    left: (count) =>
      plural('ar', count, {
        zero: 'لم يبق أي رمز.',
        one: 'بقي رمز واحد.',
        two: 'بقي رمزان.',
        few: 'بقيت {n} رموز.',
        many: 'بقي {n} رمزًا.',
        other: 'بقي {n} رمز.',
      }),
    none: 'تُدخلك عندما لا يكون جهازك معك. ليس لديك أي منها.',
    hint: 'عند إنشاء رموز جديدة تبطل القديمة.',
    renew: 'إنشاء رموز جديدة',
    make: 'إنشاء رموز استرداد',
  },
  browsers: {
    title: 'المتصفحات الموثوق بها',
    lead: 'هنا لا يُطلب منك عامل ثانٍ.',
    until: 'حتى:',
    revoke: 'إلغاء الثقة',
    revokeAll: 'إلغاء الثقة بها كلها',
  },
  changes: {
    add: 'إضافة جهاز',
    codes: 'رموز استرداد جديدة',
    'revoke-all': 'إلغاء الثقة بكل المتصفحات',
    revoke: (browser) => `إلغاء الثقة بـ«\u2068${browser}\u2069»`,
    rename: (from, to) => `تغيير اسم «\u2068${from}\u2069» إلى «\u2068${to}\u2069»`,
    remove: (device) => `إزالة «\u2068${device}\u2069»`,
  },
  proof: {
    lead: 'أثبت أنك أنت. هذا صالح لهذا التغيير وحده.',
    confirm: 'تأكيد',
    confirmed: 'لقد أكدت ذلك.',
    apply: 'تنفيذ الآن',
  },
  noProof: 'ليس لديك ما تؤكد به هذا. اسأل المسؤول.',
  done: {
    renamed: 'للجهاز اسمه الجديد.',
    removed: 'أُزيل الجهاز.',
    revoked: 'لم يعد المتصفح موثوقًا به.',
    'revoked-all': 'لم يعد أي متصفح موثوقًا به.',
    resynchronized: 'ضُبط الجهاز.',
  },
};
