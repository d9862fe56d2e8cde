/*
 * What the folded counts of the queue cost in the database: positions in a small queue and in a
 * large one; while an old snapshot is open, so that vacuum can remove no old row version; and in a
 * queue whose keys are so far apart that no two jobs share a block.
 */
import { keepQueueCounts } from '@renderdeck/operations';
import type { BenchDatabase, BenchFarm } from '../bench-farm.ts';
import { changeMany } from '../change-many.ts';
import { openContenders } from '../contenders/open-contenders.ts';
import { openRenderdeck, type Renderdeck } from '../contenders/renderdeck.ts';
import { analyzeFilled } from '../fill-queue.ts';
import { compare, counted, type Finding, jobs, round, timed } from '../finding.ts';
import { median, time } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';
import { takeTurns } from '../take-turns.ts';

const MOST_OF_SMALL = 2;
const MOST_UNDER_SNAPSHOT = 2;
/** Jobs in one block of the counts have keys that differ only in the last ten bits. */
const APART = 100_000;
const KEYS = 500;

export async function measureCounts(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  return [
    ...(await measurePositions(farm, sizes)),
    ...(await measureUnderSnapshot(farm, sizes)),
    ...(await measureSparse(farm, sizes)),
  ];
}

async function measurePositions(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const { small, large, samples } = sizes;
  const databases: [number, BenchDatabase][] = [];
  for (const depth of [small, large])
    databases.push([depth, (await openContenders(farm, depth)).renderdeck.database]);
  const counted = (depth: number) => `position in the database, ${jobs(depth)} wait`;
  const bare = (depth: number) => `count(*) of the same jobs, ${jobs(depth)} wait`;
  const sides = await Promise.all(
    databases.map(async ([depth, database]) => {
      const key = await keys(database);
      return [
        { what: counted(depth), measure: () => time(() => position(database, key())) },
        {
          what: bare(depth),
          measure: () =>
            time(() => database.sql`SELECT 1 + count(*) FROM jobs WHERE queue_key < ${key()}`),
        },
      ];
    }),
  );
  const taken = await takeTurns(sides.flat(), { rounds: samples, warmUp: 5 });
  const ratio = median(taken(counted(large))) / median(taken(counted(small)));
  return [
    timed(counted(small), taken(counted(small))),
    timed(
      counted(large),
      taken(counted(large)),
      compare(ratio, `its time at ${jobs(small)}`, { most: MOST_OF_SMALL }),
    ),
    ...[small, large].map((depth) => timed(bare(depth), taken(bare(depth)))),
  ];
}

/** Changes many priorities while another transaction holds a snapshot from before these changes. */
async function measureUnderSnapshot(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const renderdeck = openRenderdeck(await farm.database());
  farm.onClose(renderdeck.close);
  const { database } = renderdeck;
  const waiting = sizes.depths[1] ?? 0;
  await renderdeck.fill(waiting);
  const before = await timesOf(renderdeck, sizes.samples);
  const holder = await database.sql.reserve();
  await holder`BEGIN ISOLATION LEVEL REPEATABLE READ`;
  await holder`SELECT count(*) FROM queue_counts`;
  const sizeBefore = await bloat(database);
  const changes = sizes.batch * 50;
  for (let done = 0; done < changes; done += sizes.batch) {
    await changeMany(database, sizes.batch, done % Math.max(1, waiting - sizes.batch));
    await keepQueueCounts(database.admin);
  }
  const after = await timesOf(renderdeck, sizes.samples);
  const sizeAfter = await bloat(database);
  await holder`COMMIT`;
  holder.release();
  const held = `under a snapshot from ${jobs(changes)} changes ago, ${jobs(waiting)} wait`;
  return (['position', 'setPriority'] as const)
    .flatMap((act) => [
      timed(`${act}, before`, before[act]),
      timed(
        `${act}, ${held}`,
        after[act],
        compare(median(after[act]) / median(before[act]), 'before', { most: MOST_UNDER_SNAPSHOT }),
      ),
    ])
    .concat(
      counted(
        `size of queue_counts and queue_folds, ${held}`,
        `${round(sizeBefore)} MB, then ${round(sizeAfter)} MB`,
      ),
    );
}

async function measureSparse(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const databases: BenchDatabase[] = [];
  const waiting = sizes.depths[1] ?? 0;
  for (const apart of [1, APART]) {
    const database = await farm.database();
    const { sql } = database;
    await sql`
      INSERT INTO jobs (id, name, priority, max_attempts, submitted_by, queue_seq)
      SELECT gen_random_uuid(), 'bench', n % 101, 3, 'bench', n::bigint * ${apart}::bigint
      FROM generate_series(1, ${waiting}::int) n`;
    await sql`SELECT queue_recount()`;
    await analyzeFilled(sql);
    databases.push(database);
  }
  const names = ['near each other', `${jobs(APART)} apart`].map(
    (how) => `position in the database, ${jobs(waiting)} wait, keys ${how}`,
  );
  const sides = await Promise.all(
    databases.map(async (database, index) => {
      const key = await keys(database);
      return {
        what: names[index] ?? '',
        measure: () => time(() => position(database, key())),
      };
    }),
  );
  const taken = await takeTurns(sides, { rounds: sizes.samples, warmUp: 5 });
  const rows: string[] = [];
  for (const { sql } of databases)
    rows.push(String((await sql`SELECT count(*)::int AS n FROM queue_counts`)[0]?.n));
  const [near = '', far = ''] = names;
  return [
    timed(near, taken(near)),
    timed(far, taken(far), compare(median(taken(far)) / median(taken(near)), 'near ones')),
    counted('rows of queue_counts, near and apart', rows.join(' and ')),
  ];
}

/** Returns a function that gives the key of another waiting job at each call. */
async function keys({ sql }: BenchDatabase): Promise<() => string> {
  const rows = await sql`SELECT queue_key::text AS key FROM jobs WHERE queue_key IS NOT NULL
    ORDER BY random() LIMIT ${KEYS}`;
  let next = 0;
  return () => {
    next += 1;
    return String(rows[next % rows.length]?.key);
  };
}

function position({ sql }: BenchDatabase, key: string): Promise<unknown> {
  return sql`SELECT queue_position(${key}::bigint)`;
}

async function timesOf(renderdeck: Renderdeck, samples: number) {
  const { database } = renderdeck;
  const key = await keys(database);
  const ids = await renderdeck.find('middle', samples);
  const taken: Record<'position' | 'setPriority', number[]> = { position: [], setPriority: [] };
  for (const [turn, id] of ids.entries()) {
    taken.position.push(await time(() => position(database, key())));
    taken.setPriority.push(await time(() => renderdeck.setPriority(id, (turn * 37) % 101)));
  }
  return taken;
}

async function bloat({ sql }: BenchDatabase): Promise<number> {
  const [row] = await sql`
    SELECT (pg_total_relation_size('queue_counts') + pg_total_relation_size('queue_folds'))::float8
      / 1e6 AS mb`;
  return Number(row?.mb);
}
