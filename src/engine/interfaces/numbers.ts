import type { Caller } from './caller.ts';

/** Integer names of objects, for doors whose wire knows only integers. Never reused; unique in the whole installation. */
export interface NumbersEngine {
  assign(caller: Caller, type: string, ids: readonly string[]): Promise<number[]>;
  resolve(caller: Caller, type: string, number: number): Promise<string | undefined>;
}
