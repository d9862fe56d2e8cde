/*
 * Builds the folder that a render host runs. The host needs only Node for it. Decision 0029 gives
 * the reasons.
 *
 * Read first: plan-host-folder.ts, which lists the parts of the folder.
 */
export { buildHostFolder, buildHostZips } from './build-host-folder.ts';
export { TARGETS, type Target } from './targets.ts';
