import { connect, explainNoStart, type Store } from '@renderdeck/store/connect';
import type { WorkerConfig } from './config.ts';

/** Connects to a database that has this version's schema, or returns a sentence with what to do. */
export async function openStore(
  config: WorkerConfig,
): Promise<{ store: Store } | { problem: string }> {
  const store = connect(config.databaseUrl, {
    name: `renderdeck worker ${config.name}`,
    role: 'renderdeck_worker',
    poolSize: 4,
  });
  const problem = await store
    .schemaProblem()
    .catch((error: unknown) => explainNoStart(error, config.databaseUrl));
  if (problem === null) return { store };
  await store.close();
  return { problem };
}
