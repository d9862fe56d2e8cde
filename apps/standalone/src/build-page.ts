import { createWriteStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type KernelLock, takeKernelLock } from '@renderdeck/render-host/this-machine';
import { isCheckout } from '@renderdeck/settings';
import { execaNode } from 'execa';
import { REPOSITORY } from './program.ts';

const PAGE = join(REPOSITORY, 'apps/admin-ui');
const SOURCES = [
  join(PAGE, 'src'),
  join(PAGE, 'index.html'),
  join(PAGE, 'vite.config.ts'),
  join(REPOSITORY, 'packages/client/src'),
  join(REPOSITORY, 'packages/contract/src'),
  join(REPOSITORY, 'packages/domain/src'),
];

const LOCK = join(PAGE, 'node_modules/.page.lock');
const BUILT_WITHIN_MS = 240_000;

/**
 * Builds the page if it is missing or older than its sources. If several starts run at once, one of
 * them builds and the others wait. An npm package has its page, and no sources.
 */
export async function buildPage(log: (line: string) => void): Promise<void> {
  if (!isCheckout || (await isBuilt())) return;
  log('Building the page…');
  const lock = await waitForLock();
  try {
    // Another start may have built the page while this start waited for the lock.
    if (await isBuilt()) return;
    const vite = join(REPOSITORY, 'node_modules/vite/bin/vite.js');
    await execaNode(vite, ['build', PAGE, '--logLevel', 'error'], {
      cwd: REPOSITORY,
      stdio: ['ignore', 'pipe', 'inherit', ...inherited(lock)],
      // Without this, NODE_ENV of the caller could put React's development build into the page.
      env: { NODE_ENV: 'production' },
    });
  } finally {
    lock?.release();
  }
}

/** Vite inherits the lock, because it may live longer than a start that is killed. */
function inherited(lock: KernelLock | null) {
  return lock === null ? [] : [createWriteStream('', { fd: lock.fd, autoClose: false })];
}

/**
 * The kernel frees the lock when all its holders have ended. Null if the system has no such lock.
 */
async function waitForLock(): Promise<KernelLock | null> {
  const deadline = performance.now() + BUILT_WITHIN_MS;
  for (;;) {
    const lock = await takeKernelLock(LOCK);
    if (lock !== 'held') return lock;
    if (performance.now() > deadline)
      throw new Error(`Another start builds the page and does not finish. It holds ${LOCK}.`);
    await setTimeout(100);
  }
}

async function isBuilt(): Promise<boolean> {
  const builtAt = await newest(join(PAGE, 'dist/index.html'));
  const changedAt = Math.max(...(await Promise.all(SOURCES.map(newest))));
  return builtAt > changedAt;
}

/** The latest change of a file, or of anything in a folder, in epoch milliseconds. 0 if missing. */
async function newest(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (found === null) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const times = await Promise.all((await readdir(path)).map((name) => newest(join(path, name))));
  return Math.max(found.mtimeMs, ...times);
}
