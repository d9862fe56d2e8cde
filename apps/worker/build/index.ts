/*
 * Builds the folder that a render host runs. The host needs only Node for it. Decision 0029 gives
 * the reasons. apps/renderdeck builds the npm package with the same parts (decision 0140).
 *
 * Read first: plan-host-folder.ts, which lists the parts of the folder.
 */
export { buildHostFolder, buildHostZips } from './build-host-folder.ts';
export { bundlePrograms, TOP } from './bundle-programs.ts';
export { copyAllPackages, resolvePackage } from './copy-packages.ts';
export { readPackage, writeLicences } from './licences.ts';
export { readBundledPackages } from './plan-host-folder.ts';
export { digestFiles, type PlannedFiles, sortFiles } from './planned-files.ts';
export { TARGETS, type Target } from './targets.ts';
