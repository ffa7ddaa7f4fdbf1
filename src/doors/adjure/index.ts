export { adjureDoor, type AdjureDoorOptions } from './adjure-door.ts';
export { parseSqlAlchemyUrl } from './database-url.ts';
export type { TokenlessIntegration } from './identify-caller.ts';
export { type AdjureDefaults, parseAdjureConfig } from './legacy-config.ts';
export { type AdjureUser, numberAdjureUsers, provisionOptionsOf } from './legacy-import.ts';
export { adjureSettings, type AdjureSettings } from './settings.ts';
