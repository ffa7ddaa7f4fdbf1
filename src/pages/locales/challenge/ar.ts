import { plural, type TextsLike } from '../../../core/language.ts';
import type { ChallengeTexts } from './en.ts';

export const ar = {
  title: 'هل هذا أنت؟',
  asks: (integration) => `يطلب منك \u2068${integration}\u2069 إثبات ذلك.`,
  purpose: (reference) => `من أجل: \u2068${reference}\u2069`,
  answer: 'متابعة',
  leads: {
    totp: (device) => `اكتب الرمز الذي يعرضه «\u2068${device}\u2069» الآن.`,
    hotp: (device) => `اكتب الرمز التالي من «\u2068${device}\u2069».`,
    sent: (target) => `أرسلنا رمزًا إلى \u2068${target}\u2069.`,
    yubikey: 'انقر في الحقل والمس مفتاح YubiKey، وسيكتب الباقي.',
    'recovery-codes': 'اكتب أحد رموز الاسترداد. لا يعمل مرة ثانية.',
    'temporary-access-pass': 'اكتب التصريح الذي حصلت عليه من مكتب المساعدة.',
    generic: (device) => `اكتب رمز «\u2068${device}\u2069».`,
  },
  labels: {
    code: 'الرمز',
    yubikey: 'ما يكتبه المفتاح',
    'recovery-codes': 'رمز الاسترداد',
    'temporary-access-pass': 'تصريح الدخول',
  },
  resend: {
    button: 'إرسال رمز آخر',
    wait: 'رمز آخر بعد {n} ث',
    tooEarly: (seconds) => `يمكنك طلب رمز آخر بعد ${seconds}.`,
    sent: 'أرسلنا رمزًا آخر، ولم يعد الرمز السابق صالحًا.',
  },
  webauthn: {
    lead: 'سيطلب متصفحك بصمتك أو وجهك أو رقمك السري أو مفتاحًا تلمسه.',
    button: 'استخدام مفتاح مرور أو مفتاح أمان',
    working: 'اتبع ما يقوله متصفحك …',
    failed: 'لم ينجح ذلك أو أُلغي. حاول مرة أخرى أو جرّب طريقة أخرى.',
    unsupported: 'لا يعرف هذا المتصفح مفاتيح المرور. جرّب طريقة أخرى.',
    noScript: 'تحتاج هذه الطريقة إلى JavaScript. فعّلها أو جرّب طريقة أخرى.',
  },
  push: {
    lead: (device) => `نسألك على «\u2068${device}\u2069». افتحه واكتب هذا الرقم هناك:`,
    number: 'الرقم الذي يُكتب هناك',
    waiting: 'ننتظر إجابتك …',
  },
  other: {
    link: 'تجربة طريقة أخرى',
    title: 'اختر طريقة أخرى',
    lead: 'أيّ هذه لديك الآن؟',
    left: (count) =>
      plural('ar', count, { one: 'بقي رمز واحد', two: 'بقي رمزان', few: 'بقيت {n} رموز', other: 'بقي {n} رمزًا' }),
    lost: 'لا شيء من هذه لديك الآن؟ اسأل المسؤول.',
    none: 'ليس لديك شيء آخر يمكن استخدامه هنا. اسأل المسؤول.',
  },
  ended: {
    failed: { title: 'لم ينجح ذلك', text: 'كانت هناك إجابات خاطئة كثيرة، أو تعذّر إرسال الرسالة.' },
    denied: { title: 'رُفض هذا', text: 'جاء الرفض من جهاز آخر. إن كنت أنت، فابدأ من جديد.' },
    expired: { title: 'انتهى الوقت', text: 'ابدأ من جديد أو جرّب طريقة أخرى.' },
  },
} satisfies TextsLike<ChallengeTexts>;
