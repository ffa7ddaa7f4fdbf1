/**
 * Whether mail may go to a domain: exactly one of the list, or below one that has a leading dot (`.example.org` admits
 * `mail.example.org` and not `example.org`). Case does not matter. No list: all.
 */
export function mailDomainAllowed(domain: string, allowed: readonly string[] | undefined): boolean {
  if (allowed === undefined) return true;
  const name = domain.toLowerCase();
  return allowed.some((entry) => {
    const rule = entry.toLowerCase();
    return rule.startsWith('.') ? name.endsWith(rule) : name === rule;
  });
}
