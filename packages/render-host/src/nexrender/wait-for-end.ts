import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessTree } from '../process/start-process-tree.ts';
import { notPrepared } from './explain-failure.mjs';
import { explainKill, isFromOutside, type MemoryKills } from './killed-program.mjs';
import type { RenderEnd } from './render-message.ts';
import type { ProgramExit } from './render-order.ts';

const EXIT_WAIT_MS = 2000;

/**
 * Waits for the end that the child reports, or else for the end that its exit shows. `memoryKills`
 * are the counts from before the start.
 */
export async function waitForEnd(
  tree: ProcessTree,
  reported: Promise<RenderEnd>,
  memoryKills: MemoryKills,
): Promise<RenderEnd> {
  const exited = tree.ended.then(async (exit) => {
    // The last message may arrive after the exit of the process.
    const last = await Promise.race([reported, delay(exit.signal === null ? 500 : 50, null)]);
    return last ?? explainExit(exit, memoryKills);
  });
  const settled = reported.then(async (end) => {
    await Promise.race([tree.ended, delay(EXIT_WAIT_MS, undefined, { ref: false })]);
    return end;
  });
  return await Promise.race([exited, settled]);
}

/** Explains an end that the child did not report. */
function explainExit({ code, signal }: ProgramExit, memoryKills: MemoryKills): RenderEnd {
  const kind = 'failed' as const;
  if (signal !== null && isFromOutside(signal)) {
    const reason = explainKill('The process of nexrender', signal, memoryKills);
    return { kind, reason, failure: 'killed' };
  }
  if (signal !== null)
    return {
      kind,
      reason: `The process of nexrender crashed (${signal}) before it could report.`,
      failure: 'crash',
    };
  // nexrender ends its process with this code when it may not write its script.
  if (code === 2) return { kind, reason: notPrepared(''), failure: 'notPrepared' };
  const reason =
    `The render ended with exit code ${code} before it could report; ` +
    'its last lines are in the log.';
  return { kind, reason, failure: 'unknownError' };
}
