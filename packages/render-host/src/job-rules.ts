/*
 * Exports only the rules for nexrender jobs and for paths, for a program that accepts jobs and runs
 * none. The rules need no process, no scratch folder and no native code. Read
 * nexrender/check-nexrender-job.ts, then nexrender/path-view.ts.
 */
export type { JobRules } from '@renderdeck/domain';
export { checkNexrenderJob } from './nexrender/check-nexrender-job.ts';
export { readAddressRules } from './nexrender/source-addresses.mjs';
export { mapPath, type PathMapping } from './paths/map-path.ts';
export { anyHost } from './paths/path-view.ts';
export { readPath } from './paths/read-path.ts';
