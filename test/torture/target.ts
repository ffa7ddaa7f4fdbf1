import type { Lots } from './lots.ts';

export const targetNames = ['sqlite', 'postgres', 'mariadb', 'galera', 'standby'] as const;
export type TargetName = (typeof targetNames)[number];

/** What is done to a database, or to the server in front of it, and undone again. */
export interface Nemesis {
  name: string;
  /** Resolves when everything is as before; the servers may still have to notice. */
  strike(lots: Lots): Promise<void>;
}

/** A database to torture. */
export interface Target {
  name: TargetName;
  /** What each server in front of it is given. */
  serverUrls: readonly string[];
  nemeses: readonly Nemesis[];
  /** What its servers have said at last, for whoever has to find out why something does not come back. */
  output(): string;
  stop(): Promise<void>;
}
