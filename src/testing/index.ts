/** What an application needs to test its own second factor. The public subpath `countersign/testing`. */
export { createTestEngine, integrationCaller, type TestEngine, type TestEngineOptions } from './test-engine.ts';
export { virtualClock, type VirtualClock } from './virtual-clock.ts';
