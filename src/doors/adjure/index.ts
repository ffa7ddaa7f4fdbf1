export { adjureDoor, type AdjureDoorOptions } from './adjure-door.ts';
export { parseSqlAlchemyUrl } from './database-url.ts';
export { type AdjureDefaults, parseAdjureConfig } from './legacy-config.ts';
export { adjureSettings, type AdjureSettings } from './settings.ts';
