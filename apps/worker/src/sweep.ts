import { randomUUID } from 'node:crypto';
import { recordRemoval } from '@renderdeck/operations';
import { removeScratchFolder } from '@renderdeck/render-host';
import type { WorkerConfig } from './config.ts';
import { findOver } from './loops/sweep-loop.ts';
import { openStore } from './open-store.ts';

/**
 * Removes the scratch folders of attempts that are over, or only lists them. Gives a sentence when
 * it cannot, null when it ran.
 */
export async function sweep(
  config: WorkerConfig,
  dryRun: boolean,
  print: (line: string) => void,
): Promise<string | null> {
  const opened = await openStore(config);
  if ('problem' in opened) return opened.problem;
  const { store } = opened;
  try {
    const { folders, refused } = await findOver({ config, store });
    for (const folder of folders) {
      if (dryRun) {
        print(`would remove ${folder.path}`);
        continue;
      }
      const removal = await removeScratchFolder(folder);
      const { files, bytes, leftovers } = removal;
      await recordRemoval(
        { db: store.db, host: config.name, workerId: randomUUID() },
        { attemptId: folder.attemptId, removal },
      );
      print(`removed ${folder.path}: ${files} files, ${bytes} bytes, ${leftovers.length} left`);
      for (const { path, error } of leftovers) print(`  left: ${path} (${error})`);
    }
    for (const { path, refused: why } of refused) print(`left alone ${path}: ${why}`);
    if (folders.length + refused.length === 0) print(`Nothing is left in ${config.scratchRoot}.`);
    return null;
  } finally {
    await store.close();
  }
}
