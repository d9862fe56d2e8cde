import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execaNode } from 'execa';
import { lock } from 'proper-lockfile';
import { REPOSITORY } from './program.ts';

const PAGE = join(REPOSITORY, 'apps/admin-ui');
const SOURCES = [
  join(PAGE, 'src'),
  join(PAGE, 'index.html'),
  join(REPOSITORY, 'packages/client/src'),
  join(REPOSITORY, 'packages/contract/src'),
  join(REPOSITORY, 'packages/domain/src'),
];

/** Builds the page where it is missing or older than its sources; of starts at once, one builds. */
export async function buildPage(log: (line: string) => void): Promise<void> {
  if (await isBuilt()) return;
  log('Building the page…');
  const unlock = await lock(PAGE, {
    lockfilePath: join(PAGE, 'node_modules/.build.lock'),
    retries: { retries: 1000, minTimeout: 50, maxTimeout: 250 },
  });
  try {
    // Another start may have built it while this one waited for the lock.
    if (await isBuilt()) return;
    const vite = join(REPOSITORY, 'node_modules/vite/bin/vite.js');
    await execaNode(vite, ['build', PAGE, '--logLevel', 'error'], {
      cwd: REPOSITORY,
      stderr: 'inherit',
      // Else a NODE_ENV of the caller brings the parts of React that are for development only.
      env: { NODE_ENV: 'production' },
    });
  } finally {
    await unlock();
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
