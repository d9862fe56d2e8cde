/*
 * One daemon per scratch root: it alone starts, ends and deletes there. The lock is a file that holds the daemon's identity (pid and start token),
 * so that a daemon that was killed holds nothing, at once, whatever its pid is used for by now. A short lock of proper-lockfile stands around looking
 * and writing, so that two that start together cannot both win.
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

export type HostLock = { readonly release: () => Promise<void> } | { readonly heldBy: number };

/** Takes the scratch root for this process, or says which living process has it. */
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
      // One that cannot be removed holds nothing once this process is gone.
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
    return null; // cut off while it was written: its writer is gone
  }
}
