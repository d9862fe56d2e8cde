import { holdOpen } from '@renderdeck/testing/race';
import type { TestFarm } from '../../testing/open-farm.ts';

/** Nobody else reads or writes this table until the returned function is called. */
export async function holdTable(
  { db }: Pick<TestFarm, 'db'>,
  table: 'jobs' | 'webhook_deliveries' | 'api_tokens' | 'measures',
): Promise<() => Promise<void>> {
  const held = await holdOpen(db, (tx) =>
    tx.execute(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`),
  );
  return held.commit;
}
