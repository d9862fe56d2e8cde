// @ts-check
/**
 * The two publish gates, as the render child asks them. A `no` ends the render.
 *
 * 1. After the render and before the first postrender action: may this job still publish?
 * 2. Before an output gets its final name, and before a module that may leave the host runs, in
 *    whichever list: may this attempt put it out now? It asks all that the first gate asks, so a
 *    module before the render needs no first gate.
 */
import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ask } from './child-channel.mjs';
import { mostPassedMs, readClocks } from './clocks.mjs';

/** The name under which nexrender finds the first gate among the actions. */
export const GATE = 'renderdeck:publish-gate';

/**
 * A yes of the second gate counts from before it was asked, by every clock of the host, so a tree
 * that was frozen or asleep cannot use it late.
 */
const VALID_MS = 1000;

export class GateClosed extends Error {}

/**
 * The first gate, as an action before the others.
 *
 * @param {{
 *   publishes: (job: import('./job-guard.mjs').Job) => boolean,
 *   enter: (phase: string) => void,
 * }} options
 * @returns {import('./load-actions.mjs').Action}
 */
export function createGate({ publishes, enter }) {
  return async (given) => {
    const job = /** @type {import('./job-guard.mjs').Job} */ (given);
    // nexrender checks for the file of a film, but not for the pictures of a sequence.
    if (!hasResult(job.output)) throw new Error("Couldn't find a result file");
    if (!publishes(job)) return job;
    enter('gate');
    if ((await ask({ type: 'gate' })) !== 'yes') throw new GateClosed();
    enter('publishing');
    return job;
  };
}

/**
 * The second gate. Resolves with the check whether its yes still counts. The daemon stores the
 * warning on the job together with the yes.
 *
 * @param {string | null} [warning]
 * @returns {Promise<() => boolean>}
 */
export async function askToPublish(warning = null) {
  while (true) {
    const askedAt = readClocks();
    const isValid = () => mostPassedMs(askedAt, readClocks()) < VALID_MS;
    const answer = await ask({ type: 'publish', warning });
    if (answer === 'no') throw new GateClosed();
    if (answer === 'yes' && isValid()) return isValid;
  }
}

/** True if a file name begins like the output, as pictures' names do. @param {string} output */
function hasResult(output) {
  const [name = ''] = basename(output).split(/[_.]/);
  return readdirSync(dirname(output)).some((file) => file.startsWith(name));
}
