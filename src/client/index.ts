export { ApiError, type ClientErrorCode } from './api-error.ts';
export { type Client, type ClientMethod, type ClientOptions, createClient } from './client.ts';
export type { CallOptions } from './sender.ts';
