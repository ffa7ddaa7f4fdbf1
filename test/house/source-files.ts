import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSource, type SourceText } from './source-text.ts';

/** One TypeScript file of the project, as the laws of the house look at it. */
export interface SourceFile extends SourceText {
  /** From the root of the repository, with slashes: `src/core/ids.ts`. */
  path: string;
  text: string;
}

export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** A file with this text. */
export function sourceFile(path: string, text: string): SourceFile {
  return { path, text, ...readSource(text) };
}

/** The paths of all files below a folder of the repository, from the repository's root. */
export function listFiles(folder: string): string[] {
  return readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(repository.length).replaceAll('\\', '/'))
    .sort();
}

/** Whether the file is for tests only and stays out of the package. */
export function isTestFile(path: string): boolean {
  return /\.(?:test|fixture)\.ts$/.test(path);
}

/** Every TypeScript file of `src`, tests included. */
export function readSourceFiles(): SourceFile[] {
  return listFiles('src')
    .filter((path) => path.endsWith('.ts'))
    .map((path) => sourceFile(path, readFileSync(join(repository, path), 'utf8')));
}
