import { plural, type TextsLike } from '../language.ts';
import type { LayoutTexts } from './en.ts';

export const ar = {
  language: 'اللغة',
  change: 'تغيير',
  errorPrefix: 'خطأ: ',
  cancel: 'إلغاء',
  back: 'رجوع',
  continue: 'متابعة',
  backTo: (name) => `العودة إلى \u2068${name}\u2069`,
  mayClose: 'يمكنك إغلاق هذه الصفحة.',
  done: { title: 'تم كل شيء', already: 'لقد أُعدت من قبل إلى حيث كنت. لم يبقَ شيء في هذه الصفحة.' },
  ticketInvalid: {
    title: 'لم يعد هذا الرابط يعمل',
    text: 'انتهت صلاحيته أو لم يُنسخ كاملًا. عُد إلى حيث كنت وابدأ من جديد.',
  },
  notFound: { title: 'لا شيء هنا', text: 'هذا العنوان ليس من عناويننا.' },
  foreign: {
    title: 'جاء هذا من صفحة أخرى',
    text: 'حفاظًا على سلامتك لم يُنفَّذ شيء. افتح الرابط مرة أخرى واستخدم أزراره.',
  },
  broken: { title: 'حدث خطأ ما', text: 'لم يُقبل شيء ولم يتغيّر شيء. حاول مرة أخرى بعد قليل.' },
  unavailable: { title: 'لا يمكننا الرد الآن', text: 'لم يتغيّر شيء. حاول مرة أخرى بعد قليل.' },
  refusals: {
    answer_refused: (left) =>
      left === 0
        ? 'هذا غير صحيح.'
        : `هذا غير صحيح. ${plural('ar', left, {
            one: 'بقيت لك محاولة واحدة.',
            two: 'بقيت لك محاولتان.',
            few: 'بقيت لك {n} محاولات.',
            other: 'بقيت لك {n} محاولة.',
          })}`,
    empty: 'املأ هذا الحقل.',
    too_many_attempts: 'محاولات كثيرة جدًا. انتظر قليلًا قبل أن تحاول مجددًا.',
    too_many_messages: 'أرسلنا رسائل كثيرة جدًا. انتظر قليلًا قبل أن تطلب رسالة أخرى.',
    delivery_failed: 'تعذّر إرسال الرسالة. جرّب طريقة أخرى أو حاول لاحقًا.',
    kind_not_allowed: 'هذا غير مسموح هنا. اختر طريقة أخرى.',
    mail_domain_not_allowed: 'عناوين هذا النطاق غير مسموح بها هنا.',
    phone_number_not_allowed: 'أرقام هذا البلد غير مسموح بها هنا.',
    authenticator_not_allowed: 'هذا الطراز من مفاتيح الأمان غير مسموح به هنا.',
    already_exists: 'لديك هذا بالفعل.',
    name_taken: 'يحمل جهاز آخر لك هذا الاسم.',
    invalid_parameters: 'يبدو أن هذا غير صحيح. تحقّق منه وحاول مرة أخرى.',
    wrong_state: 'تم هذا من قبل، أو لم يعد ممكنًا.',
    no_device: 'ليس لديك ما تجيب به.',
    user_inactive: 'لا يمكن استخدام حسابك حاليًا.',
    other: 'لم ينجح ذلك. حاول مرة أخرى.',
  },
  minutes: (count) => plural('ar', count, { one: 'دقيقة واحدة', two: 'دقيقتين', few: '{n} دقائق', other: '{n} دقيقة' }),
  seconds: (count) => plural('ar', count, { one: 'ثانية واحدة', two: 'ثانيتين', few: '{n} ثوانٍ', other: '{n} ثانية' }),
  kinds: {
    totp: { title: 'تطبيق المصادقة', hint: 'تطبيق على هاتفك يعرض رموزًا ويعمل دون اتصال.' },
    hotp: { title: 'مولّد الرموز', hint: 'جهاز صغير أو تطبيق يعرض رمزًا جديدًا مع كل ضغطة.' },
    email: { title: 'البريد الإلكتروني', hint: 'نرسل رمزًا إلى عنوان بريدك.' },
    sms: { title: 'رسالة نصية', hint: 'نرسل رمزًا إلى هاتفك.' },
    yubikey: { title: 'YubiKey', hint: 'المس المفتاح فيكتب الرمز عنك.' },
    webauthn: { title: 'مفتاح مرور أو مفتاح أمان', hint: 'بصمتك أو وجهك أو مفتاح تُوصله أو تقرّبه.' },
    push: { title: 'الموافقة على جهاز آخر', hint: 'يسألك متصفح تستخدمه بالفعل، فتوافق هناك.' },
    'recovery-codes': { title: 'رمز استرداد', hint: 'أحد الرموز التي طبعتها أو دوّنتها.' },
    'temporary-access-pass': { title: 'تصريح دخول', hint: 'تصريح حصلت عليه من مكتب المساعدة، ويُستخدم مرة واحدة.' },
  },
} satisfies TextsLike<LayoutTexts>;
