/*
 * One daemon for each scratch root: no other daemon starts, ends or deletes anything there.
 *
 * 1. The kernel holds a lock on a file in the host's folder (kernel-lock.ts). The lock also holds
 *    against a daemon in another container that uses the same scratch root.
 * 2. Where the system has no such lock, the daemon's identity in that file decides (boot id, pid
 *    and start token). The file always names the holder; with a lock of the kernel it may be
 *    missing on a full disk. When the daemon is killed, the lock is free at once, even if another
 *    process gets its pid.
 * 3. Only in that case, proper-lockfile holds a short lock while the file is read and written, so
 *    that only one of two daemons that start together gets the lock.
 */
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from '@renderdeck/domain';
import { lock } from 'proper-lockfile';
import { isDiskFull, missingIsNull, noFileIsNull } from '../paths/error-code.mjs';
import { readRegular } from '../paths/open-regular.mjs';
import { isSameProcess, readIdentity } from '../process/process-identity.ts';
import { isRecord } from '../system/is-record.ts';
import { openHostFolder } from './host-folder.ts';
import { takeKernelLock } from './kernel-lock.ts';
import { findOtherOwner } from './other-owner.ts';
import { openScratchRoot } from './scratch-root.ts';
import { writeDurably } from './write-durably.ts';

const NAME = '.worker.json';

/** The lock of this scratch root, held by this process until `release`. */
export type HeldLock = { readonly root: string; readonly release: () => Promise<void> };
/** `heldBy`: the pid of the holding daemon, in its own PID namespace; null when not known. */
export type HostLock = HeldLock | { readonly heldBy: number | null };

/** Locks the scratch root for this process, or returns the pid of the process that has the lock. */
export async function lockHost(root: string): Promise<HostLock> {
  const opened = await openScratchRoot(root);
  const kernelLock = await takeKernelLock(join(await openHostFolder(root), 'lock'));
  const path = join(opened.path, NAME);
  if (kernelLock === 'held') return { heldBy: (await readHolder(path))?.pid ?? null };
  const take = kernelLock === null ? takeIdentityLockInTurn : nameHolder;
  const holder = await take(opened.path, path).catch((error: unknown) => {
    kernelLock?.release();
    throw error;
  });
  if (holder !== null) {
    kernelLock?.release();
    return { heldBy: holder.pid };
  }
  return {
    root: opened.path,
    async release() {
      // If the file cannot be removed, the lock is still free once this process has ended.
      await unlink(path).catch(() => undefined);
      kernelLock?.release();
    },
  };
}

async function takeIdentityLockInTurn(root: string, path: string): Promise<ProcessIdentity | null> {
  const unlock = await lock(root, {
    lockfilePath: `${path}.lock`,
    stale: 5000,
    retries: { retries: 40, minTimeout: 50, maxTimeout: 250 },
  });
  try {
    return await takeIdentityLock(root, path);
  } finally {
    await unlock();
  }
}

/** Writes this process into the file, or returns the living process that the file names. */
async function takeIdentityLock(root: string, path: string): Promise<ProcessIdentity | null> {
  const holder = await readHolder(path);
  if (holder !== null && holder.pid !== process.pid && (await isSameProcess(holder))) return holder;
  const self = await readIdentity(process.pid);
  await writeDurably(root, NAME, JSON.stringify(self), await findOtherOwner(root));
  return null;
}

/**
 * Does the same, but a full disk refuses no daemon: it must end and clean what an earlier daemon
 * left, and that may be what fills the disk. Then the file names nobody.
 */
async function nameHolder(root: string, path: string): Promise<ProcessIdentity | null> {
  return await takeIdentityLock(root, path).catch(async (cause: unknown) => {
    if (!isDiskFull(cause)) throw cause;
    await unlink(path).catch(missingIsNull);
    return null;
  });
}

async function readHolder(path: string): Promise<ProcessIdentity | null> {
  const bytes = await readRegular(path).catch(noFileIsNull);
  if (bytes === null) return null;
  try {
    const held: unknown = JSON.parse(bytes.toString());
    if (!isRecord(held)) return null;
    const { bootId, pid, startToken } = held;
    return typeof bootId === 'string' && typeof pid === 'number' && typeof startToken === 'string'
      ? { bootId, pid, startToken }
      : null;
  } catch {
    return null; // the writer died before the file was complete
  }
}
