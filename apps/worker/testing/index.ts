/** How tests and the bench of other folders start the real worker. */
export { type Exit, startWorkerUnderTest, type WorkerUnderTest } from './worker-under-test.ts';
