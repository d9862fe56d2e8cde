import { onTestFinished } from 'vitest';
import type { ProcessTree } from '../../src/process/start-process-tree.ts';
import { stopProcessTree } from '../../src/process/stop-process-tree.ts';

/** Returns the tree, which is stopped and closed after the present test. */
export async function keepTree(starting: Promise<ProcessTree>): Promise<ProcessTree> {
  const tree = await starting;
  onTestFinished(async () => {
    await stopProcessTree(tree.record, { graceMs: 0 });
    await tree.close();
  });
  return tree;
}
