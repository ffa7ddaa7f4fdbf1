import type { DeviceKinds } from '../../devices/device-kind.ts';
import type { TextsLike } from '../../core/language.ts';
import type { LayoutTexts } from '../locales/layout/en.ts';

/** The name of a device kind for people, and what it is. A kind that the texts do not know speaks for itself. */
export function kindTexts(
  say: TextsLike<LayoutTexts>,
  kinds: DeviceKinds,
  name: string,
): { title: string; hint: string } {
  const known: Readonly<Record<string, { title: string; hint: string }>> = say.kinds;
  if (Object.hasOwn(known, name)) return known[name] ?? { title: name, hint: '' };
  const kind = kinds.get(name);
  return { title: kind?.title ?? name, hint: kind?.description ?? '' };
}
