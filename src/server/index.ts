/** The server: configuration, wiring, listeners, health, metrics, shutdown. The public subpath `countersign/server`. */
export { type BannerOptions, formatBanner } from './banner.ts';
export { bootstrap, type Bootstrapped, type BootstrapOptions } from './bootstrap.ts';
export { type BootstrapFile, bootstrapPath, readBootstrapFile } from './bootstrap-file.ts';
export type { AdjureConfig, Config } from './config/config.ts';
export type { Environment } from './config/environment.ts';
export { formatHostPort, type HostPort } from './config/host-port.ts';
export { configJsonSchema } from './config/json-schema.ts';
export { loadConfig } from './config/load-config.ts';
export { resolveConfig, type ResolveConfigOptions } from './config/resolve-config.ts';
export type { ConfigOptions } from './config/schema.ts';
export { diagnose, type DiagnoseOptions, type Finding } from './doctor.ts';
export { createLog, type Log, type LogFields } from './log.ts';
export { type KeySourceOptions, openKeySource } from './open-key-source.ts';
export type { ListenerAddress } from './open-listeners.ts';
export { type RunningServer, startServer, type StartOptions } from './start-server.ts';
export { version } from './version.ts';
