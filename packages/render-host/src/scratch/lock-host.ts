/*
 * One daemon per scratch root: no other one starts, ends or deletes anything there.
 *
 * 1. The lock is a file with the daemon's identity (boot id, pid and start token). When the daemon
 *    is killed the lock is free at once, even if another process gets its pid.
 * 2. proper-lockfile holds a short lock while the file is read and written. So only one of two
 *    daemons that start together gets the lock.
 */
import { readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from '@renderdeck/domain';
import { lock } from 'proper-lockfile';
import { isRecord } from '../nexrender/is-record.ts';
import { isSameProcess, readIdentity } from '../process/process-identity.ts';
import { missingIsNull } from './error-code.ts';
import { openScratchRoot } from './scratch-root.ts';

const NAME = '.worker.json';

/** The lock of this scratch root, held by this process until `release`. */
export type HeldLock = { readonly root: string; readonly release: () => Promise<void> };
export type HostLock = HeldLock | { readonly heldBy: number };

/** Locks the scratch root for this process, or returns the pid of the process that holds it. */
export async function lockHost(root: string): Promise<HostLock> {
  const opened = await openScratchRoot(root);
  const path = join(opened.path, NAME);
  const unlock = await lock(opened.path, {
    lockfilePath: `${path}.lock`,
    stale: 5000,
    retries: { retries: 40, minTimeout: 50, maxTimeout: 250 },
  });
  try {
    const holder = readHolder(await readFile(path, 'utf8').catch(missingIsNull));
    if (holder !== null && holder.pid !== process.pid && (await isSameProcess(holder)))
      return { heldBy: holder.pid };
    const self = await readIdentity(process.pid);
    await writeFile(`${path}.new`, JSON.stringify(self), { mode: 0o600 });
    await rename(`${path}.new`, path);
    return {
      root: opened.path,
      // If the file cannot be removed, the lock is still free when this process has ended.
      release: () => unlink(path).catch(() => undefined),
    };
  } finally {
    await unlock();
  }
}

function readHolder(text: string | null): ProcessIdentity | null {
  if (text === null) return null;
  try {
    const held: unknown = JSON.parse(text);
    if (!isRecord(held)) return null;
    const { bootId, pid, startToken } = held;
    return typeof bootId === 'string' && typeof pid === 'number' && typeof startToken === 'string'
      ? { bootId, pid, startToken }
      : null;
  } catch {
    return null; // its writer died before the file was complete
  }
}
