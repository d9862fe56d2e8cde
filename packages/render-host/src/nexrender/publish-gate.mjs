// @ts-check
/**
 * The publish gate: an action before the first postrender action. It asks the daemon whether the
 * job may publish. It ends the render if the answer is no or does not come in time.
 */
import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { send } from './child-channel.mjs';

/** The name under which nexrender finds the gate among the actions. */
export const GATE = 'renderdeck:publish-gate';

export class GateClosed extends Error {}

/**
 * @param {{ publishes: boolean, waitMs: number, enter: (phase: string) => void }} options
 * @returns {import('./load-actions.mjs').Action}
 */
export function createGate({ publishes, waitMs, enter }) {
  return async (job) => {
    // nexrender checks for the file of a film, but not for the pictures of a sequence.
    if (!hasResult(/** @type {{ output: string }} */ (job).output))
      throw new Error("Couldn't find a result file");
    if (!publishes) return job;
    enter('gate');
    if (!(await askGate(waitMs))) throw new GateClosed();
    enter('publishing');
    return job;
  };
}

/** True if a file name begins like the output, as pictures' names do. @param {string} output */
function hasResult(output) {
  const [name = ''] = basename(output).split(/[_.]/);
  return readdirSync(dirname(output)).some((file) => file.startsWith(name));
}

/** @param {number} waitMs @returns {Promise<boolean>} */
function askGate(waitMs) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => answer({ type: 'gateAnswer', open: false }), waitMs);
    /** @param {unknown} message */
    function answer(message) {
      if (
        typeof message !== 'object' ||
        message === null ||
        !('type' in message) ||
        message.type !== 'gateAnswer'
      )
        return;
      clearTimeout(timer);
      process.off('message', answer);
      resolve('open' in message && message.open === true);
    }
    process.on('message', answer);
    send({ type: 'gate' });
  });
}
