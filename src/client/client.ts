import { type Contract, contract } from '../doors/rest/contract/index.ts';
import {
  type BodyInput,
  type Endpoint,
  type EndpointTree,
  isEndpoint,
  pathParameters,
  type PathArguments,
  type QueryInput,
  type ResponseOf,
} from '../http/endpoint.ts';
import { type CallOptions, type Query, type Sender, sender, type SenderOptions } from './sender.ts';

/** What a method takes after the ids of its path: the body, or the query, or nothing; then the options of the call. */
type InputArguments<E extends Endpoint> = E extends { body: unknown }
  ? undefined extends BodyInput<E>
    ? [body?: BodyInput<E>, options?: CallOptions]
    : [body: BodyInput<E>, options?: CallOptions]
  : E extends { query: unknown }
    ? [query?: QueryInput<E>, options?: CallOptions]
    : [options?: CallOptions];

type MethodArguments<E extends Endpoint> = [...PathArguments<E['path']>, ...InputArguments<E>];

/** One endpoint as a method. */
export type ClientMethod<E extends Endpoint> = ((...args: MethodArguments<E>) => Promise<ResponseOf<E>>) &
  (ResponseOf<E> extends { items: (infer Item)[]; next?: string | undefined }
    ? 'query' extends keyof E
      ? {
          /** Every item of every page, read as they are needed. */
          all(...args: MethodArguments<E>): AsyncGenerator<Item, void, undefined>;
        }
      : unknown
    : unknown);

type Methods<Tree> = {
  readonly [Name in keyof Tree]: Tree[Name] extends Endpoint ? ClientMethod<Tree[Name]> : Methods<Tree[Name]>;
};

/** The REST API as functions, grouped by resource. */
export type Client = Methods<Contract>;

export type ClientOptions = SenderOptions;

/**
 * A client of the REST API, for Node and browsers. Its methods and their types come from the declarations of the
 * endpoints: the ids of the path first, then the body or the query, then {@link CallOptions}.
 *
 * @example
 * ```ts
 * const client = createClient({ url: 'https://localhost:8300', token });
 * const outcome = await client.verify({ user: 'alice@example.org', code: '492039' });
 * for await (const user of client.users.list.all()) console.log(user.name);
 * ```
 * @throws Its methods reject with {@link ApiError}.
 */
export function createClient(options: ClientOptions): Client {
  // The tree of methods has the shape of the contract; a loop over it loses the types.
  return methodsOf(contract, sender(options)) as Client;
}

function methodsOf(tree: EndpointTree, send: Sender): unknown {
  return Object.fromEntries(
    Object.entries(tree).map(([name, node]) => [name, isEndpoint(node) ? methodOf(node, send) : methodsOf(node, send)]),
  );
}

function methodOf(endpoint: Endpoint, send: Sender): unknown {
  const names = pathParameters(endpoint.path);
  const takesInput = endpoint.body !== undefined || endpoint.query !== undefined;

  function call(...args: unknown[]): Promise<unknown> {
    const ids = args.slice(0, names.length);
    const [input, options] = takesInput ? args.slice(names.length) : [undefined, args[names.length]];
    let path: string = endpoint.path;
    for (const [index, name] of names.entries()) path = path.replace(`:${name}`, pathSegment(name, ids[index]));
    return send({
      method: endpoint.method,
      path,
      ...(endpoint.query === undefined ? { body: input } : { query: input as Query | undefined }),
      options: options ?? {},
    });
  }

  async function* all(...args: unknown[]): AsyncGenerator<unknown, void, undefined> {
    const ids = args.slice(0, names.length);
    const [query, options] = args.slice(names.length) as [Query | undefined, CallOptions | undefined];
    let cursor = query?.['cursor'];
    do {
      const input = { ...query, ...(cursor !== undefined && { cursor }) };
      const page = (await call(...ids, input, options)) as { items: unknown[]; next?: string };
      yield* page.items;
      cursor = page.next;
    } while (cursor !== undefined);
  }

  return endpoint.query === undefined ? call : Object.assign(call, { all });
}

/** An id as one segment. One that is empty, or made of dots, would lead to another endpoint. */
function pathSegment(name: string, id: unknown): string {
  if (typeof id !== 'string' || /^\.{0,2}$/.test(id)) throw new TypeError(`${name} must be an id`);
  return encodeURIComponent(id);
}
