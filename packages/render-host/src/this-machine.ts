/**
 * What the standalone farm uses of this package: a lock that the kernel holds, who a process is,
 * files that survive a power cut, and an open of regular files only. It starts nothing, ends
 * nothing and deletes nothing.
 */
export { openRegular, readRegular } from './paths/open-regular.mjs';
export { isSameProcess, readIdentity } from './process/process-identity.ts';
export { type KernelLock, takeKernelLock } from './scratch/kernel-lock.ts';
export { writeDurably } from './scratch/write-durably.ts';
