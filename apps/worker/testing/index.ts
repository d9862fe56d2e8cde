/** Starts the real worker for the tests and the bench of other folders. */

export { Journal } from '../src/attempt/journal.ts';
export { RunningAttempt, RunningAttempts } from '../src/attempt/running-attempts.ts';
export { workerConfig } from '../src/config.ts';
export { HostHealth } from '../src/host/host-health.ts';
export { journalLoop, sendJournal } from '../src/loops/journal-loop.ts';
export { recoverOrphans } from '../src/loops/orphan-loop.ts';
export { QueueWakes } from '../src/loops/queue-wakes.ts';
export { requestLoop } from '../src/loops/request-loop.ts';
export { idleStatements } from './played/idle-rhythm.ts';
export { type PlayedHost, startPlayedHost } from './played/played-host.ts';
export { runAlone } from './run-alone.ts';
export { runWorker, startCommand } from './run-worker.ts';
export {
  startWorkerUnderTest,
  type WorkerProgram,
  type WorkerUnderTest,
} from './worker-under-test.ts';
