/**
 * What tests of other folders need of a whole farm: one of real programs, which
 * farm/start-farm.ts describes, the farm of `start` in their own process, and the page.
 */
export type { WorkerUnderTest } from '@renderdeck/worker/testing';
export { buildPage } from '../src/build-page.ts';
export { startFarm } from '../src/farm.ts';
export { DEMO, submitSample } from '../src/samples.ts';
export { type FarmUnderTest, startFarmUnderTest } from './farm/start-farm.ts';
export { copyTo, type Submission, type Submitted } from './farm/submit-sample.ts';
