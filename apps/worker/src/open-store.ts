import { connect, explainNoStart, type Store, whileItMayPass } from '@renderdeck/store/connect';
import type { WorkerConfig } from './config.ts';

/**
 * Connects to a database that has this version's schema, or returns a sentence with what to do. A
 * failure that may pass by itself, for example a lost connection, is tried again for ten seconds.
 */
export async function openStore(
  config: WorkerConfig,
): Promise<{ store: Store } | { problem: string }> {
  const store = connect(config.databaseUrl, {
    name: `renderdeck worker ${config.name}`,
    role: 'renderdeck_worker',
    poolSize: 4,
  });
  const problem = await whileItMayPass(store.schemaProblem).catch((error: unknown) =>
    explainNoStart(error, config.databaseUrl),
  );
  if (problem === null) return { store };
  await store.close();
  return { problem };
}
