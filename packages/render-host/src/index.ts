/**
 * render-host: everything that happens on the render host itself. Only the folder that is named
 * here does that work:
 *
 * - process/    starts and ends process trees, and proves that they are dead.
 *               Read start-process-tree.ts, then stop-process-tree.ts.
 * - scratch/    makes and deletes the folder with all files of an attempt.
 *               Read remove-scratch-folder.ts. The host's own folder, `.host`, stays there too.
 * - nexrender/  runs @nexrender/core on one job in such a tree and folder.
 *               Read render-child.mjs (the protocol), then start-render.ts.
 *               check-nexrender-job.ts limits what a job may do.
 * - transfers/  downloads the sources of a job and uploads its outputs, inside the render. Read
 *   download-sources.mjs and upload.mjs; then stores/store.ts (s3, gs, ftp, sftp) and
 *   cache/through-cache.mjs (the cache of the host).
 * - pictures/   makes small pictures of frames, in a program inside the render. Read
 *   answer-pictures.mjs, then make-pictures.mjs.
 * - looks/      reads files that other users or programs may hold. It runs in a program with a time
 *   limit (process/looks.ts).
 * - system/     reads the settings of the system that `worker prepare` looks at. Read system.ts.
 *
 * It uses no database. From the package domain it takes the types, and the functions that hide
 * secrets in texts. The caller stores the returned TreeRecord, HostStopReport and
 * HostRemovalReport.
 */
export { checkJobHere } from './nexrender/check-job-here.ts';
export { checkNexrenderJob } from './nexrender/check-nexrender-job.ts';
export { nowMs } from './nexrender/clocks.mjs';
export { type DescribedAction, describeActions } from './nexrender/describe-actions.ts';
export { describeRenderer, findUnprepared, type Renderer } from './nexrender/describe-renderer.ts';
export {
  describeInstallation,
  findByNexrender,
  findInstallations,
  type Installation,
} from './nexrender/find-installations.ts';
export { findOutcome } from './nexrender/find-outcome.ts';
export { makeStorable } from './nexrender/make-storable.ts';
export type { Move } from './nexrender/moves.mjs';
export { patchStartupScript, readPatch } from './nexrender/patch-startup-script.ts';
export type { Publishing } from './nexrender/publishing.ts';
export { findFfmpeg, unusedNexrenderVariables } from './nexrender/render-environment.ts';
export {
  type Answer,
  parseMove,
  type RenderEnd,
} from './nexrender/render-message.ts';
export type { AerenderOptions } from './nexrender/render-order.ts';
export {
  type Render,
  type RenderOptions,
  startRender,
} from './nexrender/start-render.ts';
export { startVersionProbe } from './nexrender/start-version-probe.ts';
export type { PathMapping } from './paths/map-path.ts';
export { NotRegular, openRegular } from './paths/open-regular.mjs';
export type { TakenPictures } from './pictures/picture-order.ts';
export { detectContainer, sweepContainers } from './process/container/container.ts';
export { explainNoProof } from './process/explain-no-proof.ts';
export { explainReach, listLoaded } from './process/explain-reach.ts';
export { findStrays } from './process/find-strays.ts';
export { findUnclaimed } from './process/find-unclaimed.ts';
export {
  readHostFacts,
  readMachineSize,
  readUptime,
  readWindowsSession,
} from './process/host-facts.ts';
export { isSameProcess, readIdentity } from './process/process-identity.ts';
export { findRenderUser, makeTreeGroup, type RenderUser } from './process/render-user.ts';
export { startSelf } from './process/start-self.ts';
export { type StopOptions, stopProcessTree } from './process/stop-process-tree.ts';
export { measureUsage } from './process/usage.ts';
export { readHostIdentity } from './read-host-identity.ts';
export {
  makeAcceptanceFolder,
  removeAcceptanceFolder,
} from './scratch/acceptance-folder.ts';
export { explainCache, removeCache } from './scratch/cache-folder.ts';
export { createScratchFolder } from './scratch/create-scratch-folder.ts';
export { findLeftovers } from './scratch/find-leftovers.ts';
export { findSilentFolder } from './scratch/find-silent-folder.ts';
export { type HostFile, openHostFile } from './scratch/host-folder.ts';
export { findHostId } from './scratch/host-id.ts';
export { type HostJournal, openHostJournal } from './scratch/host-journal.ts';
export { keepScratchFolder, takeExpired } from './scratch/kept-folders.ts';
export { letUsersPass } from './scratch/let-users-pass.ts';
export { type HeldLock, lockHost } from './scratch/lock-host.ts';
export {
  copyOwnProgram,
  type ProgramFile,
  removeOtherPrograms,
} from './scratch/own-program.ts';
export { removeOwnFile } from './scratch/remove-own-file.ts';
export { addRemoval, removeParts } from './scratch/remove-parts.ts';
export { removeScratchFolder } from './scratch/remove-scratch-folder.ts';
export { reopenScratchFolder, type ScratchFolder } from './scratch/scratch-folder.ts';
export { freeBytes } from './scratch/scratch-root.ts';
export { SourceCache } from './scratch/source-cache.ts';
export { findOwner, tryToRead, tryToWrite } from './scratch/try-folder.ts';
export { openSystem, type System } from './system/system.ts';
export { CacheSession, type HostCache } from './transfers/cache/cache-session.ts';
export { Turns } from './transfers/cache/turns.ts';
export type { Credential } from './transfers/credentials.mjs';
export { findCredentials } from './transfers/find-credentials.ts';
export { removeUpload } from './transfers/remove-upload.ts';
