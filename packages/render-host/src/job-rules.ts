/*
 * The rules for nexrender jobs alone, for a program that takes jobs in and runs none of them: no process, no scratch folder, no native code behind
 * it. Read nexrender/check-nexrender-job.ts, then nexrender/path-view.ts.
 */
export type { JobRules } from '@renderdeck/domain';
export { checkNexrenderJob } from './nexrender/check-nexrender-job.ts';
export { anyHost } from './nexrender/path-view.ts';
