import type { CheckItem, HostFinding } from '@renderdeck/domain';
import { toFinding } from '@renderdeck/domain';
import { findOwner, lockHost, readHostIdentity } from '@renderdeck/render-host';
import { errorMessage } from '../../error-message.ts';
import { CheckTrees } from '../../host/check-tree.ts';
import { runHostCheck } from '../../host/run-host-check.ts';
import { type Preparing, todo, unknown } from './preparing.ts';

const NAME = 'render';
/** The preparation examines these items itself, in more detail. */
const EXAMINED_BY_PREPARE = new Set(['startup script', 'disk']);

/**
 * Runs the check that the daemon makes of itself when no daemon runs: aerender starts, and a frame
 * is rendered. It starts nothing in a dry run, or when another user owns the files.
 */
export async function checkRenders(host: Preparing): Promise<readonly HostFinding[]> {
  const { config, isDryRun } = host;
  const ask = `Ask the worker, once it runs: ctl hosts check ${config.name}`;
  if (isDryRun) return [unknown(NAME, `A dry run starts no render. ${ask}`)];
  const owner = await findOwner(config.scratchRoot);
  if (owner !== null && owner !== process.getuid?.())
    return [
      unknown(
        NAME,
        `${config.scratchRoot} belongs to user ${owner}, so nothing is rendered there. ${ask}`,
      ),
    ];
  try {
    const lock = await lockHost(config.scratchRoot);
    if ('heldBy' in lock) return [unknown(NAME, `A worker runs here. ${ask}`)];
    try {
      const identity = await readHostIdentity(lock);
      const { scratchRoot, endStrays } = config;
      const { renderUser } = host;
      const trees = new CheckTrees({ scratchRoot, identity, renderUser, endStrays });
      await trees.endEarlier();
      const items = await runHostCheck({ config, renderUser, trees }, new AbortController().signal);
      return items.filter(({ name }) => !EXAMINED_BY_PREPARE.has(name)).map(explain);
    } finally {
      await lock.release();
    }
  } catch (error) {
    return [todo(NAME, errorMessage(error))];
  }
}

function explain(item: CheckItem): HostFinding {
  const finding = toFinding(item);
  if (item.name !== 'licence' || item.ok !== null) return finding;
  return {
    ...finding,
    sentence:
      `${item.sentence} Set RENDERDECK_CHECK_PROJECT to a small project with a composition ` +
      'named check, and run this again. A host without a licence renders with the file ' +
      'ae_render_only_node.txt in the Documents folder of its user.',
  };
}
