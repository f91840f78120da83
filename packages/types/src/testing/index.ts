/** Doubles of the contracts in `@diemnet/types`: simulated time, seeded chance, readable metrics and logs. */
export { MockTime, settle } from './mock-time.js';
export { seededRng } from './seeded-rng.js';
export { MemoryMetrics } from './memory-metrics.js';
export { RecordingLogger } from './recording-logger.js';
export type { LoggedEvent } from './recording-logger.js';
