/** How tests and the bench of other folders start the real worker, and what a test inspects. */
export { workerConfig } from '../src/config.ts';
export { HostHealth } from '../src/host-health.ts';
export { RunningAttempt, RunningAttempts } from '../src/running-attempts.ts';
export { runWorker } from './run-worker.ts';
export { startWorkerUnderTest, type WorkerUnderTest } from './worker-under-test.ts';
