import type { BindingContext } from '../core/model.ts';

/** What is stored of where a user is: not the token of his browser, which is kept as a hash and nowhere else (design law 7). */
export function keepContext(context: BindingContext | undefined): string | undefined {
  if (context === undefined) return undefined;
  const { trustedDeviceToken: _, ...kept } = context;
  return JSON.stringify(kept);
}

/** Where the user is, as the integration told when the challenge was issued or the enrollment begun. */
export function contextOf({ context }: { context?: string | undefined }): BindingContext | undefined {
  return context === undefined ? undefined : (JSON.parse(context) as BindingContext);
}
