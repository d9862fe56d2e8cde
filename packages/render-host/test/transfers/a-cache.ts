import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CachedSources } from '@renderdeck/domain';
import { type CacheLimits, SourceCache } from '../../src/scratch/source-cache.ts';
import { CacheSession } from '../../src/transfers/cache/cache-session.ts';
import { Turns } from '../../src/transfers/cache/turns.ts';
import type { Answer } from '../../testing/stores/serve.ts';
import { aHost, type MoreOptions } from '../nexrender/a-render.ts';

/** A host with a cache, whose jobs publish their first asset. */
export async function aHostWithCache(limits: Partial<CacheLimits> = {}) {
  const host = await aHost({ frames: 1 });
  const root = join(host.base, 'scratch');
  const problems: string[] = [];
  const open = () =>
    SourceCache.open(root, { mostBytes: 1e9, minFreeBytes: 0, ...limits }, (sentence) =>
      problems.push(sentence),
    );
  const cache = { files: await open(), turns: new Turns() };
  let count = 0;
  /** The options and the output of a render of this asset. */
  const plan = (asset: Record<string, unknown>, more: MoreOptions = {}) => {
    count += 1;
    const output = join(host.base, 'out', `${count}.bin`);
    const counted: CachedSources[] = [];
    const openCache: MoreOptions['openCache'] = (scratch) =>
      new CacheSession(cache, {
        ...{ scratch, user: null, onCached: (one) => counted.push(one) },
        whileAsked: (ask) => ask(),
      });
    const job = {
      ...host.job,
      assets: [{ type: 'static', name: 'source.bin', ...asset }],
      actions: {
        postrender: [{ module: '@nexrender/action-copy', input: 'source.bin', output }],
      },
    };
    return { job, output, counted, more: { openCache, ...more } };
  };
  return {
    ...{ host, root, cache, problems, open, plan },
    listFiles: async () => (await readdir(join(root, '.cache'))).sort(),
  };
}

/** Answers with this version of a file, or with 304 to who has it. */
export const version =
  (text: string, headers: Record<string, string> = {}): Answer =>
  (response, request) => {
    const etag = `"${text}"`;
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag, ...headers }).end(`the film ${text}`);
  };
