import type { Database } from './database.ts';

/**
 * Runs the reads of `work` in one snapshot, so that everything they give is of one moment. Takes
 * no lock and changes nothing. A read of one statement does not need it. Within an open
 * transaction of READ COMMITTED it gives no snapshot: call it with the pool.
 */
export async function inSnapshot<Result>(
  db: Database,
  work: (tx: Database) => Promise<Result>,
): Promise<Result> {
  return await new Promise<Result>((resolve, reject) => {
    // Nobody waits for the end of a transaction that only reads.
    const read = async (tx: Database) => resolve(await work(tx));
    db.begin(read, { isolationLevel: 'repeatable read', accessMode: 'read only' }).catch(reject);
  });
}
