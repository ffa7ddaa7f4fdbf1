import type { Hono } from 'hono';

/** What the listener knows about a request and a door cannot read from it. */
export interface RequestOrigin {
  /** Address of the caller: of the connection, or as a trusted proxy reports it. */
  source: string;
  /** The request came over TLS, directly or as a trusted proxy reports it. */
  secure: boolean;
}

/** The Hono environment of every door: the listener passes the origin as bindings. */
export interface HttpEnv {
  Bindings: RequestOrigin;
}

/** One protocol over HTTP (design law 1: it translates, and decides nothing). */
export interface HttpDoor {
  name: string;
  /** First path segments that belong to this door, e.g. `v1`; no two doors share one. */
  segments: readonly string[];
  /** Routes, errors and the answer to unknown paths below the segments are the door's own. */
  app: Hono<HttpEnv>;
  /** Ends the answers that stay open, so that nobody has to wait for them. */
  close?: () => void;
}
