// @ts-check
/** Gives a part its final name while a yes of the second publish gate counts. */
import { lstatSync } from 'node:fs';
import { isOpenElsewhere, untilReleased } from '../paths/until-released.mjs';
import { AlreadyOut, askToPublish } from './publish-gate.mjs';

/** @typedef {import('./moves.mjs').Move} Move */
/** @typedef {import('./publish-file.mjs').Publication} Publication */

/** A program that only scans a file closes it sooner. */
const RELEASED_WITHIN_MS = 30_000;

/**
 * Makes a function that moves a file or folder to its final name. Before each try, the function
 * asks the second gate unless the last yes still counts.
 *
 * @param {Move} move
 * @param {Publication} publication
 */
export function createMove(move, { warning, isLast, releasedWithinMs = RELEASED_WITHIN_MS }) {
  const question = { warning, what: move.path, isModule: false, isLast, move };
  let isValid = () => false;
  /** @template T @param {string} output @param {() => T} rename @returns {Promise<T>} */
  return async (output, rename) => {
    const tryOnce = async () => {
      if (!isValid()) {
        const allowed = await askToPublish(question);
        if (allowed === null) throw new AlreadyOut(`${output} is out already`);
        isValid = allowed;
      }
      return rename();
    };
    try {
      return await untilReleased(tryOnce, { budgetMs: releasedWithinMs });
    } catch (cause) {
      if (process.platform !== 'win32' || !isOpenElsewhere(cause)) throw cause;
      const reason = explainRefusal(output, String(cause.code), releasedWithinMs / 1000);
      throw new Error(reason, { cause });
    }
  };
}

/** @param {string} output @param {string} code @param {number} seconds */
function explainRefusal(output, code, seconds) {
  const found = lstatSync(output, { throwIfNoEntry: false });
  if (found === undefined)
    return (
      `Windows refused for ${seconds} s to give the new file the name ${output} (${code}). ` +
      'Perhaps a program has the new file open. There is still nothing of that name'
    );
  let why = 'most likely a program has it open';
  if ((found.mode & 0o200) === 0) why = 'it is read-only';
  if (found.isDirectory()) why = 'it is a folder';
  return (
    `Windows refused for ${seconds} s to replace ${output} (${code}): ${why}. ` +
    'It was not changed'
  );
}
