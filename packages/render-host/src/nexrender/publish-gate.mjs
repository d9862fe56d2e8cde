// @ts-check
/**
 * The two publish gates, as the render child asks them. The answer `no` ends the render.
 *
 * 1. After the render and before the first postrender action: may this job still publish?
 * 2. Before an output gets its final name, and before a module that may leave the host runs, in any
 *    list: may this attempt publish now? This question includes all checks of the first gate, so a
 *    module that runs before the render does not need the first gate.
 */
import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ask } from './child-channel.mjs';
import { mostPassedMs, readClocks } from './clocks.mjs';

/** The name by which nexrender finds the first gate among the actions. */
export const GATE = 'renderdeck:publish-gate';

/**
 * A yes of the second gate counts for this time from before the question was sent, by every clock
 * of the host. So a tree that was frozen or asleep cannot use an old yes.
 */
const VALID_MS = 1000;

export class GateClosed extends Error {}

/** An earlier attempt has put this output out. */
export class AlreadyOut extends Error {}

/**
 * The first gate, as an action that runs before the others.
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
    // nexrender checks that the file of a film exists, but not the pictures of a sequence.
    if (!hasResult(job.output)) throw new Error("Couldn't find a result file");
    if (!publishes(job)) return job;
    enter('gate');
    if ((await ask({ type: 'gate' })) !== 'yes') throw new GateClosed();
    enter('publishing');
    return job;
  };
}

/**
 * Asks the second gate. The returned function says whether the yes still counts. Null when an
 * earlier attempt has put this output out. The daemon stores the warning on the job together with
 * the yes.
 *
 * @param {import('./render-message.ts').PublishQuestion} asked
 * @returns {Promise<(() => boolean) | null>}
 */
export async function askToPublish(asked) {
  while (true) {
    const askedAt = readClocks();
    const isValid = () => mostPassedMs(askedAt, readClocks()) < VALID_MS;
    const answer = await ask({ type: 'publish', ...asked });
    if (answer === 'no') throw new GateClosed();
    if (answer === 'isOut') return null;
    if (answer === 'yes' && isValid()) return isValid;
  }
}

/** Whether a file begins like the output, as pictures of a sequence do. @param {string} output */
function hasResult(output) {
  const [name = ''] = basename(output).split(/[_.]/);
  return readdirSync(dirname(output)).some((file) => file.startsWith(name));
}
