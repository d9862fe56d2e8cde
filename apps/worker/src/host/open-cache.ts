import { type HostCache, removeCache, SourceCache, Turns } from '@renderdeck/render-host';
import type { HostConfig } from '../config.ts';
import { errorMessage } from '../error-message.ts';
import type { Worker } from '../worker.ts';

/**
 * Opens the cache of this host. Null if it is off, which removes what it had, or cannot be used:
 * renders then download everything.
 */
export async function openCache(
  { scratchRoot, cacheBytes, minFreeBytes }: HostConfig,
  log: Worker['log'],
): Promise<HostCache | null> {
  const warn = (sentence: string) => log.warn({ problem: sentence }, 'the cache has a problem');
  try {
    if (cacheBytes === 0) {
      await removeCache(scratchRoot);
      return null;
    }
    const limits = { mostBytes: cacheBytes, minFreeBytes };
    return { files: await SourceCache.open(scratchRoot, limits, warn), turns: new Turns() };
  } catch (error) {
    warn(errorMessage(error));
    return null;
  }
}
