/**
 * What the standalone farm uses of this package: a lock that the kernel holds, who a process is,
 * and files that survive a power cut. It starts nothing, ends nothing and deletes nothing.
 */
export { isSameProcess, readIdentity } from './process/process-identity.ts';
export { type KernelLock, takeKernelLock } from './scratch/kernel-lock.ts';
export { writeDurably } from './scratch/write-durably.ts';
