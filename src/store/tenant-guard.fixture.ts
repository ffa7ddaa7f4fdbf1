import type { KyselyPlugin, OperationNode, RootOperationNode } from 'kysely';

/** Every table whose rows belong to a tenant. */
const tenantTables = new Set([
  'realms',
  'integrations',
  'credentials',
  'administrators',
  'users',
  'devices',
  'enrollments',
  'challenges',
  'budgets',
  'audit',
  'audit_chains',
  'audit_heads',
  'idempotency',
  'numbers',
  'tenant_settings',
  'spent',
  'retired_devices',
  'outbox',
  'trusted_browsers',
]);

/** What a statement does to one table, and the columns that narrow it down. */
interface Access {
  operation: 'select' | 'update' | 'delete';
  table: string;
  columns: readonly string[];
}

interface Exception {
  name: string;
  reason: string;
  permits(access: Access): boolean;
}

const swept = new Set(['enrollments', 'challenges', 'idempotency', 'budgets', 'spent', 'trusted_browsers', 'outbox']);

/** The only statements that are not confined to one tenant. */
export const tenantExceptions: readonly Exception[] = [
  {
    name: 'credential by what was presented',
    reason: 'the credential is what names the tenant',
    permits: ({ operation, table, columns }) =>
      operation === 'select' && table === 'credentials' && columns.includes('lookup'),
  },
  {
    name: 'administrator by login',
    reason: 'a login is unique in the installation and names the tenant',
    permits: ({ operation, table, columns }) =>
      operation === 'select' && table === 'administrators' && columns.includes('login'),
  },
  {
    name: 'object by number',
    reason: 'a number is given once in the installation, and names the tenant where a wire carries nothing else',
    permits: ({ operation, table, columns }) =>
      operation === 'select' && table === 'numbers' && columns.includes('number'),
  },
  {
    name: 'audit trail of all tenants',
    reason: 'the platform verifies and exports the whole trail',
    permits: ({ operation, table }) => operation === 'select' && table.startsWith('audit'),
  },
  {
    name: 'sealed values of all tenants',
    reason: 'a rotation of the keys goes through everything that is sealed',
    permits: ({ operation, columns }) => operation === 'select' && columns.includes('sealed under another key'),
  },
  {
    name: 'tenants with messages',
    reason: 'a worker asks who has something to send, and is told no more than that',
    permits: ({ operation, table, columns }) =>
      operation === 'select' && table === 'outbox' && columns.includes('next_attempt_at'),
  },
  {
    name: 'what has run out',
    reason: 'time passes for all tenants alike; nothing is read, and a restore voids what was under way',
    permits: ({ operation, table, columns }) =>
      operation !== 'select' &&
      swept.has(table) &&
      (columns.includes('expires_at') || columns.includes('window_ends_at') || columns.join() === 'state'),
  },
];

export interface TenantGuard {
  plugin: KyselyPlugin;
  /** The statements on tables of tenants that were looked at, as `select users`. */
  seen: Set<string>;
  /** The names of the exceptions that were made. */
  used: Set<string>;
}

/**
 * Refuses every statement on a table of tenants that does not say which tenant (design §6), unless it is one of
 * {@link tenantExceptions}.
 */
export function tenantGuard(): TenantGuard {
  const seen = new Set<string>();
  const used = new Set<string>();
  return {
    seen,
    used,
    plugin: {
      transformQuery({ node }): RootOperationNode {
        for (const access of accessesOf(node)) {
          seen.add(`${access.operation} ${access.table}`);
          if (access.columns.includes('tenant_id')) continue;
          const exception = tenantExceptions.find((candidate) => candidate.permits(access));
          if (exception === undefined) {
            const by = access.columns.length === 0 ? 'nothing' : access.columns.join(', ');
            throw new TypeError(`${access.operation} of ${access.table} by ${by} does not name the tenant`);
          }
          used.add(exception.name);
        }
        return node;
      },
      transformResult: async ({ result }) => result,
    },
  };
}

/** A node of the query builder, read without knowing its type: what is missing is undefined. */
type Node = { readonly kind?: string } & Readonly<Record<string, unknown>>;

function asNode(value: unknown): Node {
  return typeof value === 'object' && value !== null ? (value as Node) : {};
}

/** The accesses of a statement and of every statement inside it. */
function accessesOf(root: OperationNode): Access[] {
  const accesses: Access[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      accesses.push(...accessesHere(asNode(value)));
      Object.values(value).forEach(visit);
    }
  };
  if (root.kind === 'RawNode') return rawAccesses(asNode(root));
  visit(root);
  return accesses;
}

function accessesHere(node: Node): Access[] {
  const where = narrowedBy(asNode(node['where'])['where']);
  if (node.kind === 'SelectQueryNode') {
    const froms = (asNode(node['from'])['froms'] as unknown[] | undefined) ?? [];
    const joins = ((node['joins'] as unknown[] | undefined) ?? []).map(asNode);
    const tables = froms.map((from) => ({ table: tableName(asNode(from)), columns: where }));
    const joined = joins.map((join) => ({
      table: tableName(asNode(join['table'])),
      columns: narrowedBy(asNode(join['on'])['on']),
    }));
    return onTenantTables('select', [...tables, ...joined]);
  }
  if (node.kind === 'UpdateQueryNode') {
    return onTenantTables('update', [{ table: tableName(asNode(node['table'])), columns: where }]);
  }
  if (node.kind !== 'DeleteQueryNode') return [];
  const froms = (asNode(node['from'])['froms'] as unknown[] | undefined) ?? [];
  return onTenantTables(
    'delete',
    froms.map((from) => ({ table: tableName(asNode(from)), columns: where })),
  );
}

function onTenantTables(operation: Access['operation'], tables: readonly Omit<Access, 'operation'>[]): Access[] {
  return tables.filter(({ table }) => tenantTables.has(table)).map((access) => ({ operation, ...access }));
}

function tableName(node: Node): string {
  if (node.kind === 'AliasNode') return tableName(asNode(node['node']));
  const { name } = asNode(asNode(node['table'])['identifier']);
  return typeof name === 'string' ? name : '';
}

/** The columns that every row has to match: those of the conditions that are joined by `and`. `or` narrows nothing for sure. */
function narrowedBy(value: unknown): string[] {
  const node = asNode(value);
  if (node.kind === 'AndNode') return [...narrowedBy(node['left']), ...narrowedBy(node['right'])];
  if (node.kind === 'ParensNode') return narrowedBy(node['node']);
  if (node.kind === 'OrNode') {
    const right = new Set(narrowedBy(node['right']));
    return narrowedBy(node['left']).filter((column) => right.has(column));
  }
  if (node.kind !== 'BinaryOperationNode') return [];
  const column = asNode(asNode(asNode(asNode(node['leftOperand'])['column'])['column']))['name'];
  if (typeof column !== 'string') return [];
  // A tenant is named by equality; any other comparison would let several in.
  const operator = asNode(node['operator'])['operator'];
  return column === 'tenant_id' && operator !== '=' ? [] : [column];
}

/** Statements that are written as SQL: those on sealed values name their table by a parameter. */
function rawAccesses(node: Node): Access[] {
  const text = (node['sqlFragments'] as string[]).join(' ? ').toLowerCase();
  const operation = /^\s*(select|update|delete)\b/.exec(text)?.[1] as Access['operation'] | undefined;
  const tables = tablesIn(node['parameters']);
  if (operation === undefined) return [];
  const columns = /\bwhere\s+tenant_id\s*=/.test(text) ? ['tenant_id'] : [];
  if (/\bsubstr\(/.test(text)) columns.push('sealed under another key');
  return onTenantTables(
    operation,
    tables.map((table) => ({ table, columns })),
  );
}

function tablesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(tablesIn);
  const node = asNode(value);
  return node.kind === 'TableNode' ? [tableName(node)] : node.kind === 'RawNode' ? tablesIn(node['parameters']) : [];
}
