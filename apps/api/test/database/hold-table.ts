import { aMoment } from '@renderdeck/testing/race';
import type { TestFarm } from '../../testing/open-farm.ts';

/** Nobody else reads or writes this table until the returned function is called. */
export async function holdTable(
  { sql }: Pick<TestFarm, 'sql'>,
  table: 'jobs' | 'webhook_deliveries' | 'api_tokens' | 'measures',
): Promise<() => Promise<void>> {
  const [held, release] = [aMoment(), aMoment()];
  const holding = sql.begin(async (tx) => {
    await tx.unsafe(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    held.now();
    await release.come;
  });
  await held.come;
  return async () => {
    release.now();
    await holding;
  };
}
