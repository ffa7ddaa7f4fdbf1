import type { BindingContext } from '../core/model.ts';

/** What is stored of where a user is: not the token of his browser, which is kept as a hash and nowhere else (design law 7). */
export function keepContext(context: BindingContext | undefined): string | undefined {
  if (context === undefined) return undefined;
  const { trustedDeviceToken: _, ...kept } = context;
  return JSON.stringify(kept);
}
