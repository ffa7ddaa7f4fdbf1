export { createEngine, type EngineOptions } from './create-engine.ts';
export * from './engine.ts';
export { fenceRestoredStore } from './fence-restored.ts';
export { findKeysInUse, resealAll } from './reseal.ts';
export { portalDoor } from './portal-tickets.ts';
export type { KeySource } from './vault.ts';
