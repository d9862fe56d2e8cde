import { expect, test } from 'vitest';
import { startBenchFarm } from '../src/bench-farm.ts';
import { openGraphileWorker } from '../src/contenders/graphile-worker.ts';
import { openDelayingProxy } from '../src/delaying-proxy.ts';

const JOBS = 200;
const EACH_WAY_MS = 20;

test('closePool resolves after the database has stored the ends of all jobs', async () => {
  const farm = await startBenchFarm();
  try {
    const { url, sql } = await farm.emptyDatabase();
    const proxy = await openDelayingProxy(url, EACH_WAY_MS);
    const contender = await openGraphileWorker(proxy.url, sql);
    await contender.fill(JOBS);
    await contender.complete(1);
    await contender.close();
    await proxy.close();
    const [row] = await sql`
      SELECT count(*)::int AS stored, count(locked_at)::int AS begun
      FROM graphile_worker._private_jobs`;
    expect(row?.stored).toBeLessThan(JOBS);
    expect(row?.begun).toBe(0);
  } finally {
    await farm.close();
  }
});
