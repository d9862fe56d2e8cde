import { createWriteStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type KernelLock, takeKernelLock } from '@renderdeck/render-host/this-machine';
import { execaNode } from 'execa';
import { REPOSITORY } from './program.ts';

const PAGE = join(REPOSITORY, 'apps/admin-ui');
const SOURCES = [
  join(PAGE, 'src'),
  join(PAGE, 'index.html'),
  join(REPOSITORY, 'packages/client/src'),
  join(REPOSITORY, 'packages/contract/src'),
  join(REPOSITORY, 'packages/domain/src'),
];

const LOCK = join(PAGE, 'node_modules/.page.lock');
const BUILT_WITHIN_MS = 240_000;

/** Builds the page where it is missing or older than its sources; of starts at once, one builds. */
export async function buildPage(log: (line: string) => void): Promise<void> {
  if (await isBuilt()) return;
  log('Building the page…');
  const lock = await waitForLock();
  try {
    // Another start may have built it while this one waited for the lock.
    if (await isBuilt()) return;
    const vite = join(REPOSITORY, 'node_modules/vite/bin/vite.js');
    await execaNode(vite, ['build', PAGE, '--logLevel', 'error'], {
      cwd: REPOSITORY,
      stdio: ['ignore', 'pipe', 'inherit', ...inherited(lock)],
      // Else a NODE_ENV of the caller brings the parts of React that are for development only.
      env: { NODE_ENV: 'production' },
    });
  } finally {
    lock?.release();
  }
}

/** Vite holds it too, and may outlive a start that is killed. */
function inherited(lock: KernelLock | null) {
  return lock === null ? [] : [createWriteStream('', { fd: lock.fd, autoClose: false })];
}

/** The kernel frees it when its holders end in any way. Null where the system has no such lock. */
async function waitForLock(): Promise<KernelLock | null> {
  const deadline = performance.now() + BUILT_WITHIN_MS;
  for (;;) {
    const lock = await takeKernelLock(LOCK);
    if (lock !== 'held') return lock;
    if (performance.now() > deadline)
      throw new Error(`Another start builds the page and does not end: it holds ${LOCK}.`);
    await setTimeout(100);
  }
}

async function isBuilt(): Promise<boolean> {
  const builtAt = await newest(join(PAGE, 'dist/index.html'));
  const changedAt = Math.max(...(await Promise.all(SOURCES.map(newest))));
  return builtAt > changedAt;
}

/** Latest change of a file or below a folder, in epoch milliseconds; 0 where it is missing. */
async function newest(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (found === null) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const times = await Promise.all((await readdir(path)).map((name) => newest(join(path, name))));
  return Math.max(found.mtimeMs, ...times);
}
