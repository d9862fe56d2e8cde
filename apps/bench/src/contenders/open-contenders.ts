import type { Sql } from '@renderdeck/testing/open-sql';
import type { BenchFarm } from '../bench-farm.ts';
import { analyzeFilled } from '../fill-queue.ts';
import { openBullmq } from './bullmq.ts';
import type { Contender } from './contender.ts';
import { openGraphileWorker } from './graphile-worker.ts';
import { openPgBoss } from './pg-boss.ts';
import { openRenderdeck, type Renderdeck } from './renderdeck.ts';

/** BullMQ's bulk insert runs a loop in the database, so a million jobs would take very long. */
const MOST_IN_BULLMQ = 100_000;

export type Contenders = {
  readonly renderdeck: Renderdeck;
  readonly graphile: Contender;
  readonly boss: Contender;
  /** Null for a queue that is too large to fill. */
  readonly bullmq: Contender | null;
  readonly all: readonly Contender[];
};

const shared = new WeakMap<BenchFarm, Map<number, Promise<Contenders>>>();

/**
 * Opens every contender with this many waiting jobs. Each queue is filled once in a run. The farm
 * closes the contenders.
 */
export function openContenders(farm: BenchFarm, jobs: number): Promise<Contenders> {
  const opened = shared.get(farm) ?? new Map<number, Promise<Contenders>>();
  shared.set(farm, opened);
  const known = opened.get(jobs) ?? fillAll(farm, jobs);
  opened.set(jobs, known);
  return known;
}

async function fillAll(farm: BenchFarm, jobs: number): Promise<Contenders> {
  process.stderr.write(`  filling queues with ${jobs} jobs …\n`);
  async function fill<One extends Contender>(contender: One, { sql }: { sql: Sql }): Promise<One> {
    farm.onClose(() => contender.close());
    if (jobs > 0) await contender.fill(jobs);
    await analyzeFilled(sql);
    return contender;
  }
  async function other(open: typeof openPgBoss): Promise<Contender> {
    const database = await farm.emptyDatabase();
    return await fill(await open(database.url, database.sql), database);
  }
  const own = await farm.database();
  const renderdeck = await fill(openRenderdeck(own), own);
  const graphile = await other(openGraphileWorker);
  const boss = await other(openPgBoss);
  const bullmq = jobs > MOST_IN_BULLMQ ? null : await other(openBullmq);
  const all = [renderdeck, graphile, boss, ...(bullmq === null ? [] : [bullmq])];
  return { renderdeck, graphile, boss, bullmq, all };
}
