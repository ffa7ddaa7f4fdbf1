import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CountersignError } from '../core/errors.ts';

const text = z.string();

const bootstrapSchema = z.object({
  url: text,
  /** Id of the default tenant. */
  tenant: text,
  integration: z.object({ id: text, token: text, accessKey: text, secretKey: text }),
  /** The platform's administrator; `token` is missing where the first start was cut short. */
  admin: z.object({ login: text, password: text, token: text.optional() }),
  demo: z.object({ user: text, otpauth: text }).optional(),
  adjure: z.object({ url: text }),
});

/** What the first start has made: `bootstrap.json` in the data folder. Everything in it but ids and addresses is secret. */
export type BootstrapFile = z.output<typeof bootstrapSchema>;

export function bootstrapPath(dataDir: string): string {
  return join(dataDir, 'bootstrap.json');
}

/** @throws CountersignError `misconfigured` when the file is there and is something else */
export function readBootstrapFile(dataDir: string): BootstrapFile | undefined {
  const path = bootstrapPath(dataDir);
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return bootstrapSchema.parse(JSON.parse(content));
  } catch {
    // Neither message nor cause: both may quote what stands in the file.
    throw new CountersignError('misconfigured', {
      detail: `${path} is not what a first start writes; put it back or remove it`,
    });
  }
}

/** Readable by its owner only. A crash leaves the old file or the new one. */
export function writeBootstrapFile(dataDir: string, content: BootstrapFile): void {
  const path = bootstrapPath(dataDir);
  const temporary = `${path}.${process.pid}`;
  try {
    const handle = openSync(temporary, 'w', 0o600);
    try {
      writeFileSync(handle, `${JSON.stringify(content, undefined, 2)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}
