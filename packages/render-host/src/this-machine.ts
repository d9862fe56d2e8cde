/**
 * The parts of this package that the standalone farm uses: a lock that the kernel holds, the
 * identity of a process, files that survive a power cut, and opening of regular files only. These
 * parts start, end and delete nothing.
 */
export { openRegular, readRegular } from './paths/open-regular.mjs';
export { isSameProcess, readIdentity } from './process/process-identity.ts';
export { type KernelLock, takeKernelLock } from './scratch/kernel-lock.ts';
export { writeDurably } from './scratch/write-durably.ts';
