/** Rows are numbered for each tenant and writer, so that the same id can be in the trails of two tenants. */
export function rowName(tenant: string, id: string): string {
  return `${tenant} ${id}`;
}
