import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { Hono } from 'hono';
import type { HttpEnv } from '../../http/door.ts';
import { accentStylesheet } from './accent.ts';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** The files of the pages. */
export interface Assets {
  /** The path of a file below `/portal/`: it names the content, so it may be kept for ever. An unknown file is a programming error. */
  pathOf(name: string): string;
  /** The stylesheet of an accent colour, `#rrggbb`. */
  accentPath(colour: string): string;
  bind(app: Hono<HttpEnv>): void;
}

/** Reads every file of `src/pages/assets`; a new one needs no line anywhere. */
export function loadAssets(): Assets {
  const folder = new URL('../assets/', import.meta.url);
  const files = new Map<string, { content: Uint8Array<ArrayBuffer>; type: string }>();
  const paths = new Map<string, string>();
  for (const name of readdirSync(folder)) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const content = new Uint8Array(readFileSync(new URL(name, folder)));
    const file = `${hashOf(content)}${extname(name)}`;
    files.set(file, { content, type });
    paths.set(name, `assets/${file}`);
  }
  return {
    pathOf: (name) => {
      const path = paths.get(name);
      if (path === undefined) throw new TypeError(`src/pages/assets has no ${name}`);
      return path;
    },
    accentPath: (colour) => `assets/accent-${colour.slice(1).toLowerCase()}.css`,
    bind: (app) => {
      app.get('/portal/assets/:file', (c) => {
        const name = c.req.param('file');
        const accent = /^accent-([0-9a-f]{6})\.css$/.exec(name)?.[1];
        const file = files.get(name);
        if (accent !== undefined) return answerAsset(accentStylesheet(`#${accent}`), types['.css'] ?? '');
        return file === undefined ? c.notFound() : answerAsset(file.content, file.type);
      });
    },
  };
}

function answerAsset(content: Uint8Array<ArrayBuffer> | string, type: string): Response {
  return new Response(content, {
    headers: {
      'Content-Type': type,
      'Cache-Control': 'public, max-age=31536000, immutable',
      // A picture that is opened by itself is a document: it may load and run nothing.
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    },
  });
}

function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 22);
}
