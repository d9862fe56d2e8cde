/*
 * Claims jobs in a queue whose first half needs a tag. A host without tags must pass over that
 * half; the same claim in a queue without tags takes turns with it. A host that offers the tag
 * takes these jobs.
 */
import { randomUUID } from 'node:crypto';
import { claimJob, registerHost } from '@renderdeck/operations';
import type { BenchDatabase, BenchFarm } from '../bench-farm.ts';
import { openRenderdeck, type Renderdeck } from '../contenders/renderdeck.ts';
import { compare, type Finding, jobs, timed } from '../finding.ts';
import { median, time } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';
import { takeTurns } from '../take-turns.ts';

const TAG = 'c4d';
const MOST_TIMES = 1.3;

export async function measureTags(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const waiting = sizes.depths[1] ?? 0;
  const plain = await open(farm, waiting);
  const tagged = await open(farm, waiting);
  await tagFirst(tagged.database, Math.floor(waiting / 2));
  const name = (host: string, queue: string) =>
    `claim by a host ${host}, ${jobs(waiting)} wait, ${queue}`;
  const before = name('without tags', 'none with tags');
  const past = name('without tags', 'the first half with a tag');
  const own = name('with the tag', 'the first half with it');
  const claimTagged = await claimerOf(tagged.database);
  const taken = await takeTurns(
    [
      { what: before, measure: () => claimAndFinish(plain) },
      { what: past, measure: () => claimAndFinish(tagged) },
      { what: own, measure: () => time(claimTagged) },
    ],
    { rounds: sizes.samples, warmUp: 5 },
  );
  const ratio = (what: string) => median(taken(what)) / median(taken(before));
  const against = 'without tags in the queue';
  return [
    timed(before, taken(before)),
    timed(past, taken(past), compare(ratio(past), against, { most: MOST_TIMES })),
    timed(own, taken(own), compare(ratio(own), against)),
  ];
}

async function open(farm: BenchFarm, waiting: number): Promise<Renderdeck> {
  const renderdeck = openRenderdeck(await farm.database());
  farm.onClose(renderdeck.close);
  await renderdeck.fill(waiting);
  return renderdeck;
}

/** Gives a tag to this many jobs at the front of the queue. */
async function tagFirst({ sql }: BenchDatabase, count: number): Promise<void> {
  await sql`
    UPDATE jobs SET tags = ${TAG} WHERE id IN (
      SELECT id FROM jobs WHERE queue_key IS NOT NULL ORDER BY queue_key LIMIT ${count})`;
  await sql`VACUUM ANALYZE jobs`;
}

async function claimAndFinish({ claim }: Renderdeck): Promise<number> {
  const { tookMs, finish } = await claim();
  await finish();
  return tookMs;
}

/** Registers a host that offers the tag. Returns a claim by it. */
async function claimerOf({ admin }: BenchDatabase): Promise<() => Promise<void>> {
  const identity = {
    ...{ hostId: randomUUID(), machineId: null, hardwareId: null },
    ...{ bootId: 'bench', pidNamespace: null },
  };
  const worker = { db: admin.db, host: 'bench-tagged', identity, workerId: randomUUID() };
  const facts = {
    ...{ bootId: 'bench', pid: 1, startToken: '1', slots: 64, tags: [TAG], version: 'bench' },
    ...{ platform: 'linux x64', renderer: 'none', standIn: true, container: 'none' },
    ...{ session: null, renderUser: null, leaseMs: 600_000 },
  };
  const registered = await registerHost(worker, { facts, uptimeMs: 0 });
  if (!registered.ok) throw new Error(registered.rejection.code);
  return async () => {
    const claimed = await claimJob(worker, { leaseMs: 600_000, tags: [TAG] });
    if (!claimed.ok) throw new Error(claimed.rejection.code);
  };
}
