/*
 * Many clients follow all changes over WebSockets while many jobs change each second. The lag is
 * the time from the commit of a change to its frame at a client. Most clients run in another
 * process and count frames. The client in this process reads them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@renderdeck/client';
import { startApiProgram } from '../api-program.ts';
import type { BenchDatabase, BenchFarm } from '../bench-farm.ts';
import { changeMany } from '../change-many.ts';
import { fillQueue } from '../fill-queue.ts';
import { counted, type Finding, round, timed } from '../finding.ts';
import { quantile } from '../numbers.ts';
import { openSockets } from '../open-sockets.ts';
import { cpuSeconds, residentMb } from '../processes.ts';
import type { Sizes } from '../sizes.ts';

const MOST_LAG_MS = 250;
const JOBS = 5000;
/** One transaction in each such interval changes many jobs. Its changes arrive together. */
const EVERY_MS = 50;

export async function measureFanOut(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const { sockets, changesPerSecond, streamSeconds } = sizes;
  const database = await farm.database();
  await fillQueue(database, JOBS);
  const api = await startApiProgram(farm, database);
  const others = await openSockets(api.url, api.token, sockets - 1);
  const lags: number[] = [];
  const client = createClient({ url: api.url, token: api.token });
  try {
    await follow(client.api, (at) => lags.push(Date.now() - at));
    const [cpu, mb] = [cpuSeconds([api.pid]), await residentMb([api.pid])];
    const startedAt = performance.now();
    const changed = await change(database, changesPerSecond, streamSeconds);
    const seconds = (performance.now() - startedAt) / 1000;
    const cpuPercent = ((cpuSeconds([api.pid]) - cpu) * 100) / seconds;
    const grown = (await residentMb([api.pid])) - mb;
    await delay(MOST_LAG_MS);
    const frames = await others.close();
    const expected = changed * (sockets - 1);
    const p99 = quantile(lags, 0.99);
    const name = `${sockets} sockets, ${round(changed / seconds)} changes a second`;
    return [
      timed(`${name}: commit → frame at one of them`, lags, {
        ...{ target: `p99 < ${MOST_LAG_MS} ms`, met: p99 < MOST_LAG_MS },
      }),
      counted(`${name}: changes seen, of ${changed}`, String(lags.length), {
        ...{ target: 'all', met: lags.length === changed },
      }),
      counted(`${name}: changes seen by the others, of ${expected}`, String(frames), {
        ...{ target: 'all', met: frames >= expected },
      }),
      counted(`${name}: CPU of the API`, `${round(cpuPercent)} % of a core`),
      counted(`${name}: memory of the API`, `${round(mb)} MB, then ${round(grown)} MB more`),
    ];
  } finally {
    await others.close();
    await client.close();
    await api.end();
  }
}

/** Calls `onChange` with the time of each change. Resolves when the stream has begun. */
function follow(
  api: ReturnType<typeof createClient>['api'],
  onChange: (at: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    api.onJobChange.subscribe(
      {},
      {
        onError: reject,
        onData: ({ data }) => {
          if (data.type === 'alive') resolve();
          if (data.type === 'changes') for (const { at } of data.changes) onChange(Date.parse(at));
        },
      },
    );
  });
}

/** Changes the priorities of many jobs in one transaction each time. Returns how many changed. */
async function change(database: BenchDatabase, perSecond: number, seconds: number) {
  const atOnce = Math.ceil((perSecond * EVERY_MS) / 1000);
  const times = Math.ceil((seconds * 1000) / EVERY_MS);
  const startedAt = performance.now();
  let changed = 0;
  for (let turn = 0; turn < times; turn += 1) {
    changed += await changeMany(database, atOnce, (turn * atOnce) % (JOBS - atOnce));
    const behind = startedAt + (turn + 1) * EVERY_MS - performance.now();
    if (behind > 0) await delay(behind);
  }
  return changed;
}
