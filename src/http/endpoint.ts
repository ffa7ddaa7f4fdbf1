import type { z } from 'zod';
import type { ErrorCode } from '../core/errors.ts';

/** Whose credentials an endpoint takes. */
export type EndpointSecurity = 'integration' | 'administrator' | 'integration-or-administrator' | 'none';

/**
 * One endpoint, declared once. Routing and validation (`bindEndpoint`), the OpenAPI document (`buildOpenapi`) and the typed
 * client all come from this declaration. It is pure data without server code, so a browser can import it.
 */
export interface Endpoint {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `:name` for each parameter; parameters are ids of objects. */
  path: `/${string}`;
  /** One sentence, imperative, without a full stop. */
  summary: string;
  description?: string;
  tag: string;
  security: EndpointSecurity;
  query?: z.ZodObject;
  /** The JSON body. A schema that accepts `undefined` permits a request without one. */
  body?: z.ZodType;
  /** The one successful answer by its status; `null` for an answer without a body. */
  responses: Readonly<Record<number, z.ZodType | null>>;
  /** The refusals of this endpoint, besides those that follow from its declaration. */
  errors?: readonly ErrorCode[];
  /** Accepts `Idempotency-Key`. Only for endpoints of integrations, whose keys do not meet. */
  idempotent?: boolean;
  /** Largest body in bytes. Default 65536. */
  maxBody?: number;
}

/** Endpoints by their names; groups are the resources. */
export interface EndpointTree {
  readonly [name: string]: Endpoint | EndpointTree;
}

/** Declares an endpoint; the identity, with the types inferred. */
export function endpoint<const E extends Endpoint>(declaration: E): E {
  return declaration;
}

/** The names of the parameters of a path. */
export type PathParameter<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | PathParameter<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** The parameters of a path as a tuple, in their order. */
export type PathArguments<Path extends string> = Path extends `${string}:${string}/${infer Rest}`
  ? [id: string, ...PathArguments<Rest>]
  : Path extends `${string}:${string}`
    ? [id: string]
    : [];

/** A value that came as JSON: what is optional is there or not, and never `undefined`. */
export type Given<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? string extends keyof T
      ? T
      : { [Name in keyof T]: Given<Exclude<T[Name], undefined>> }
    : T;

/** The query of an endpoint as its handler gets it. */
export type QueryOf<E> = E extends { query: infer Q extends z.ZodType } ? Given<z.output<Q>> : undefined;
/** The query of an endpoint as a caller writes it. */
export type QueryInput<E> = E extends { query: infer Q extends z.ZodType } ? z.input<Q> : undefined;
/** The body of an endpoint as its handler gets it. */
export type BodyOf<E> = E extends { body: infer B extends z.ZodType } ? Given<z.output<B>> : undefined;
/** The body of an endpoint as a caller writes it. */
export type BodyInput<E> = E extends { body: infer B extends z.ZodType } ? z.input<B> : undefined;
/** The successful answer of an endpoint. */
export type ResponseOf<E extends Endpoint> = E['responses'][keyof E['responses']] extends infer R extends z.ZodType
  ? z.output<R>
  : undefined;

/** The names of the parameters of a path, in their order. */
export function pathParameters(path: string): string[] {
  return Array.from(path.matchAll(/:(\w+)/g), ([, name = '']) => name);
}

/** Status and schema of the successful answer. */
export function successOf(endpoint: Endpoint): { status: number; schema: z.ZodType | null } {
  const [entry, ...others] = Object.entries(endpoint.responses);
  if (entry === undefined || others.length > 0) throw new TypeError(`${endpoint.path} must declare one response`);
  return { status: Number(entry[0]), schema: entry[1] };
}

/** Whether a member of an {@link EndpointTree} is an endpoint rather than a group. */
export function isEndpoint(node: Endpoint | EndpointTree): node is Endpoint {
  return typeof node['path'] === 'string';
}

/** Every endpoint of a tree with the names that lead to it. */
export function* endpointsOf(
  tree: EndpointTree,
  trail: readonly string[] = [],
): Generator<[readonly string[], Endpoint]> {
  for (const [name, node] of Object.entries(tree)) {
    if (isEndpoint(node)) yield [[...trail, name], node];
    else yield* endpointsOf(node, [...trail, name]);
  }
}
