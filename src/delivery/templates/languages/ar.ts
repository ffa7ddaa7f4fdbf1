import { plural } from '../../../core/language.ts';
import type { MessageTexts } from './message-texts.ts';

export const ar: MessageTexts = {
  code: {
    subject: (issuer) => `رمزك للدخول إلى ${issuer}`,
    request: (issuer, user) =>
      `لقد طلبت رمزًا لتسجيل الدخول إلى ${issuer}${user === undefined ? '' : ` باسم ${user}`}. أدخله حيث طُلب منك فقط، ولا تدخله في أي مكان آخر.`,
    lifetime: (minutes) =>
      plural('ar', minutes, {
        one: 'دقيقة واحدة',
        two: 'دقيقتين',
        few: '{n} دقائق',
        many: '{n} دقيقة',
        other: '{n} دقيقة',
      }),
    validity: (lifetime) =>
      lifetime === undefined ? 'يُستعمل مرة واحدة.' : `هو صالح لمدة ${lifetime} ويُستعمل مرة واحدة.`,
    warning: 'إذا لم تحاول تسجيل الدخول فأخبر المسؤول. لن يطلب منك أحد هذا الرمز أبدًا.',
    short: (code, issuer) => `${code} هو رمزك للدخول إلى ${issuer}.`,
    shortValidity: (lifetime) => `صالح لمدة ${lifetime}.`,
    doNotShare: 'لا تشاركه مع أحد.',
  },
  question: {
    subject: (issuer) => `تسجيل الدخول إلى ${issuer}`,
    text: ({ user, ip, reference }) => {
      const as = user === undefined ? '' : ` باسم ${user}`;
      const from = ip === undefined ? '' : ` من ${ip}`;
      const purpose = reference === undefined ? '' : ` (${reference})`;
      return `هناك من يسجل الدخول${as}${from}${purpose}. هل هذا أنت؟ إذن افتح هذا وأدخل الرقم المعروض هناك.`;
    },
    warning: 'إذا لم تكن أنت فقل ذلك هناك.',
  },
  notice: {
    titles: {
      device_added: 'أُضيف جهاز إلى حسابك',
      device_removed: 'أُزيل جهاز من حسابك',
      device_renamed: 'تغيّر اسم جهاز في حسابك',
      device_suspended: 'أُوقف جهاز في حسابك',
      recovery_codes_replaced: 'لديك رموز استرداد جديدة',
      user_locked: 'حسابك لا يقبل أي إجابة حاليًا',
      push_refused: 'رُفض تسجيل دخول',
      access_pass_issued: 'صدرت بطاقة دخول مؤقتة لحسابك',
      browser_trusted: 'أصبح متصفح موثوقًا به',
      browser_revoked: 'لم يعد متصفح موثوقًا به',
      device_resynchronized: 'أُعيد ضبط جهاز',
    },
    happened: {
      device_added: (name) => `يمكن من الآن استعمال الجهاز «${name}» لإثبات أنك أنت.`,
      device_removed: (name) => `لم يعد ممكنًا استعمال الجهاز «${name}» لإثبات أنك أنت.`,
      device_renamed: (name) => `اسم الجهاز الآن «${name}».`,
      device_suspended: (name) => `لا يمكن استعمال الجهاز «${name}» حتى يُشغَّل من جديد.`,
      recovery_codes_replaced: () => 'رموز الاسترداد السابقة لم تعد صالحة.',
      user_locked: () => 'قُدّمت إجابات خاطئة كثيرة باسمك. لن تُقبل أي إجابة لبعض الوقت.',
      push_refused: (name) => `على «${name}» قال أحدهم إن تسجيل دخول باسمك لم يكن مطلوبًا.`,
      access_pass_issued: () => 'أصدر مسؤول بطاقة دخول مؤقتة. من يحملها يستطيع تسجيل الدخول باسمك مرة واحدة.',
      browser_trusted: (name) => `يمكن للمتصفح «${name}» تجاوز العامل الثاني لبعض الوقت.`,
      browser_revoked: (name) =>
        name === ''
          ? 'لم يعد أي متصفح يستطيع تجاوز العامل الثاني.'
          : `لم يعد المتصفح «${name}» يستطيع تجاوز العامل الثاني.`,
      device_resynchronized: (name) => `أُعيد ضبط «${name}» برمزين من رموزه.`,
    },
    account: (user, integration) => `الحساب: ${user}${integration === undefined ? '' : `، ${integration}`}`,
    time: (time) => `الوقت: ${time}`,
    address: (ip) => `عنوان الشبكة: ${ip}`,
    warning: 'إذا لم تكن أنت من فعل هذا فأخبر المسؤول فورًا.',
  },
};
