import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import type { PaceNumber } from './farm-now.ts';

/** Jobs of a block of the queue with the same tags and the same pace. */
export type CountedWork = {
  readonly tags: string;
  readonly pace: PaceNumber;
  readonly jobs: number;
};
/** Blocks of 2^10 queue keys, by their number, in queue order. */
export type CountedBlocks = ReadonlyMap<number, readonly CountedWork[]>;

const KEY_BITS = sql.raw('10');
type Row = CountedWork & { readonly block: string };

const COUNTED = sql`(queue_key >> ${KEY_BITS})::text as block, tags, pace::text as pace,
  count(*)::int as jobs`;

/** Rows: reads how many jobs wait in each block behind the block of a key, by queue_counts. */
export async function countBlocksBehind(
  db: Database,
  key: string,
): Promise<ReadonlyMap<number, number>> {
  const rows = await db.execute<{ block: string; jobs: number }>(sql`
    select blk::text as block, n::int as jobs from queue_counts
    where lvl = 0 and blk > ${key}::bigint >> ${KEY_BITS} order by blk`);
  return new Map(rows.map(({ block, jobs }) => [Number(block), jobs]));
}

/** Rows: reads the jobs behind a key in its own block, by jobs_in_order. */
export async function readRestOfBlock(db: Database, key: string): Promise<readonly CountedWork[]> {
  const rows = await db.execute<Row>(sql`
    select ${COUNTED} from jobs
    where queue_key > ${key}::bigint
      and queue_key < ((${key}::bigint >> ${KEY_BITS}) + 1) << ${KEY_BITS}
    group by 1, 2, 3`);
  return rows.map(withoutBlock);
}

/** Rows: reads the jobs of these blocks, by jobs_in_order. */
export async function readBlocks(db: Database, blocks: readonly number[]): Promise<CountedBlocks> {
  if (blocks.length === 0) return new Map();
  return byBlock(
    await db.execute<Row>(sql`
      select ${COUNTED} from unnest(${`{${blocks.join()}}`}::bigint[]) as wanted (blk)
        cross join lateral (
          select queue_key, tags, pace from jobs
          where queue_key >= wanted.blk << ${KEY_BITS}
            and queue_key < (wanted.blk + 1) << ${KEY_BITS}) j
      group by 1, 2, 3`),
  );
}

/** Rows: reads all jobs behind the block of a key, by jobs_in_order. */
export async function readAllBlocksBehind(db: Database, key: string): Promise<CountedBlocks> {
  return byBlock(
    await db.execute<Row>(sql`
      select ${COUNTED} from jobs
      where queue_key >= ((${key}::bigint >> ${KEY_BITS}) + 1) << ${KEY_BITS}
      group by 1, 2, 3 order by min(queue_key)`),
  );
}

function byBlock(rows: readonly Row[]): CountedBlocks {
  const blocks = new Map<number, CountedWork[]>();
  for (const row of rows) {
    const block = Number(row.block);
    const work = blocks.get(block) ?? [];
    blocks.set(block, work);
    work.push(withoutBlock(row));
  }
  return blocks;
}

function withoutBlock({ block: _, ...work }: Row): CountedWork {
  return work;
}
