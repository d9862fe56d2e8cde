// @ts-check
/**
 * The pictures of a render, as its child answers for them. The daemon decides when one is made: one
 * at a time on a host.
 *
 * daemon → `{type: 'takePicture', id, after}`
 * child → `{type: 'picture', id, pictures, why, lines}` (TakenPictures)
 */
import { access } from 'node:fs/promises';
import { send } from '../nexrender/child-channel.mjs';
import { isSequence } from '../nexrender/sequence.mjs';
import { startPictureProgram } from '../process/run-picture-program.mjs';

const WITHIN_MS = 60_000;
/** How long a finished render waits for its last pictures: a tenth of its time, at most this. */
const MOST_WAIT_MS = 10_000;
const WAIT_SHARE = 1 / 10;
/** Of that, how long it waits for the question. The daemon looks four times a second. */
const QUESTION_WAIT_MS = 1000;

/**
 * @typedef {import('./picture-order.ts').TakenPictures} TakenPictures
 * @typedef {ReturnType<typeof startPictureProgram>} Program
 */

/**
 * Long because: its functions share the state of one render.
 *
 * @param {{ ffmpeg: string | null, tempPath: string, asksForPictures: boolean }} order
 */
export function answerPictures({ ffmpeg, tempPath, asksForPictures }) {
  const tools = { ffmpeg, tempPath };
  /** @type {string | null} */
  let output = null;
  let isFinished = false;
  let isOver = false;
  let startedAt = 0;
  /** @type {Program | null} */
  let program = null;
  /** @type {() => void} */
  let tellAsked = () => {};
  /** The daemon has asked for pictures of the finished output. */
  const askedAtEnd = new Promise((resolve) => {
    tellAsked = () => resolve(undefined);
  });

  process.on('message', (message) => {
    if (typeof message !== 'object' || message === null) return;
    if (!('type' in message) || message.type !== 'takePicture' || !('id' in message)) return;
    const after = 'after' in message && typeof message.after === 'number' ? message.after : null;
    const { id } = message;
    void take(after).then((taken) => send({ type: 'picture', id, ...taken }));
  });
  // A launcher that waits for its children on TERM (launcher.mjs) must not get a new one.
  if (process.listenerCount('SIGTERM') > 0) process.once('SIGTERM', end);

  /** @param {number | null} after @returns {Promise<TakenPictures>} */
  async function take(after) {
    /** @type {TakenPictures} */
    const nothing = { pictures: [], why: null, lines: [] };
    if (isFinished) tellAsked();
    if (isOver || output === null || program !== null) return nothing;
    if (!isFinished && !isSequence(output)) {
      const isThere = await access(output).then(
        () => true,
        () => false,
      );
      return { ...nothing, why: isThere ? 'film' : 'noFile' };
    }
    program = startPictureProgram({ output, isFinished, after, ...tools }, WITHIN_MS);
    const printed = await program.printed;
    program = null;
    if (isOver) return nothing;
    const late = { ...nothing, lines: ['the program that makes it ended or took too long'] };
    return printed === null ? late : JSON.parse(printed);
  }

  function end() {
    isOver = true;
    program?.kill();
  }

  return {
    end,
    /** nexrender enters a state. @param {string} state @param {{ output: string }} job */
    enter(state, job) {
      if (state === 'render:dorender') {
        output = job.output;
        startedAt = performance.now();
      }
      if (state === 'render:postrender') isFinished = true;
    },
    /**
     * Waits for the pictures of the finished output, and for `measured`, not longer than the render
     * can spare. A short render may be published before the daemon has looked.
     *
     * @param {Promise<unknown> | null} measured
     */
    async finish(measured) {
      const most = Math.min(MOST_WAIT_MS, (performance.now() - startedAt) * WAIT_SHARE);
      const pictures = async () => {
        if (!isFinished || !asksForPictures) return;
        if (program === null) await within(askedAtEnd, Math.min(most, QUESTION_WAIT_MS));
        await program?.printed;
      };
      await within(Promise.all([pictures(), measured]), most);
      await new Promise((resolve) => setImmediate(resolve)); // the answer is sent first
    },
  };
}

/** Waits, at most so long. */
async function within(/** @type {Promise<unknown>} */ done, /** @type {number} */ ms) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([done, late]);
  clearTimeout(timer);
}
