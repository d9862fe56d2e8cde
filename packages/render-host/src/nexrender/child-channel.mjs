// @ts-check
/** Messages and questions of the render child to its daemon. render-child.mjs lists them all. */
import { createBoundedLines } from './bounded-lines.mjs';

const BATCH_MS = 50;

/** @param {object} message */
export function send(message) {
  if (process.connected) process.send?.(message);
}

/** @type {readonly import('./render-message.ts').Answer[]} */
const ANSWERS = ['yes', 'no', 'again', 'isOut'];
let questions = 0;

/**
 * Asks the daemon, as askFor. Any other answer counts as `no`.
 *
 * @param {object} question
 * @returns {Promise<import('./render-message.ts').Answer>}
 */
export async function ask(question) {
  const answer = await askFor(question);
  return ANSWERS.find((known) => known === answer) ?? 'no';
}

/**
 * Asks the daemon and waits for the answer without a time limit, because the daemon may wait for
 * the database. When the daemon is gone, the answer is null.
 *
 * @param {object} question
 * @returns {Promise<unknown>}
 */
export function askFor(question) {
  questions += 1;
  const id = questions;
  return new Promise((resolve) => {
    /** @param {unknown} answer */
    function settle(answer) {
      process.off('message', receive).off('disconnect', lose);
      resolve(answer);
    }
    /** @param {unknown} message */
    function receive(message) {
      if (typeof message !== 'object' || message === null) return;
      if (!('type' in message) || message.type !== 'answer') return;
      if (!('id' in message) || message.id !== id || !('answer' in message)) return;
      settle(message.answer);
    }
    const lose = () => settle(null);
    process.on('message', receive).on('disconnect', lose);
    if (process.connected) send({ ...question, id });
    else lose();
  });
}

/** Sends lines in batches, so that a render with much output sends the daemon few messages. */
export function batchLines() {
  /** @type {Map<string, string[]>} */
  const waiting = new Map();
  /** @type {NodeJS.Timeout | null} */
  let timer = null;
  const flush = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    for (const [stream, lines] of waiting) send({ type: 'lines', stream, lines });
    waiting.clear();
  };
  process.on('message', (message) => {
    const asked = typeof message === 'object' && message !== null && 'launcher' in message;
    if (asked && message.launcher === 'flush') flush();
  });
  return {
    flush,
    /** @param {import('@renderdeck/domain').LogStream} stream @param {string} line */
    add(stream, line) {
      const lines = waiting.get(stream) ?? [];
      waiting.set(stream, lines);
      lines.push(line);
      timer ??= setTimeout(flush, BATCH_MS);
    },
  };
}

/** The logger for nexrender. @param {(line: string) => void} onLine */
export function createLogger(onLine) {
  const lines = createBoundedLines({ onLine });
  const log = (/** @type {unknown[]} */ ...words) =>
    lines.push(Buffer.from(`${words.map(String).join(' ').trimEnd()}\n`));
  return { log, info: log, warn: log, error: log, debug: log };
}
