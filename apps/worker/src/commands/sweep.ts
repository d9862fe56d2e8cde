import { randomUUID } from 'node:crypto';
import type { HostRemovalReport } from '@renderdeck/domain';
import { findAttemptsWithParts, recordRemoval } from '@renderdeck/operations';
import { findRenderUser, removeParts, removeScratchFolder } from '@renderdeck/render-host';
import type { WorkerConfig } from '../config.ts';
import { findOver } from '../loops/sweep-loop.ts';
import { openStore } from '../open-store.ts';

/**
 * Removes the scratch folders and parts of attempts that are over, or only lists them. Returns a
 * sentence when that is not possible, null otherwise.
 */
export async function sweep(
  config: WorkerConfig,
  dryRun: boolean,
  print: (line: string) => void,
): Promise<string | null> {
  const user = config.renderUser === null ? null : await findRenderUser(config.renderUser);
  if (user !== null && 'problem' in user) return user.problem;
  const opened = await openStore(config);
  if ('problem' in opened) return opened.problem;
  const { store } = opened;
  const context = { db: store.db, host: config.name, workerId: randomUUID() };
  const report = (path: string, { files, bytes, leftovers }: HostRemovalReport) => {
    print(`removed ${path}: ${files} files, ${bytes} bytes, ${leftovers.length} left`);
    for (const left of leftovers) print(`  left: ${left.path} (${left.error})`);
  };
  try {
    const { folders, refused } = await findOver({ config, store });
    for (const folder of folders) {
      if (dryRun) {
        print(`would remove ${folder.path}`);
        continue;
      }
      const removal = await removeScratchFolder(folder);
      await recordRemoval(context, { attemptId: folder.attemptId, removal });
      report(folder.path, removal);
    }
    for (const { path, refused: why } of refused) print(`left alone ${path}: ${why}`);
    const withParts = await findAttemptsWithParts(store.db, {
      host: config.name,
      hostId: null,
    });
    for (const { id: attemptId, parts } of withParts) {
      if (dryRun) {
        for (const path of parts) print(`would remove ${path}`);
        continue;
      }
      const removal = await removeParts(parts, attemptId, { user });
      await recordRemoval(context, { attemptId, removal, parts });
      report(parts.join(', '), removal);
    }
    if (folders.length + refused.length + withParts.length === 0)
      print(`Nothing is left in ${config.scratchRoot}.`);
    return null;
  } finally {
    await store.close();
  }
}
