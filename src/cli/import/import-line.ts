import type { JsonObject } from '../../core/model.ts';

/** A device that a file describes: what its kind adopts. */
export interface ImportedDevice {
  user: string;
  kind: string;
  options: JsonObject;
}

/** What stands in a line of the file: a device, or why it is none. Lines count from 1; a problem never repeats a secret. */
export type ImportLine = { line: number; device: ImportedDevice } | { line: number; problem: string };
