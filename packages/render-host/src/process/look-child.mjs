// @ts-check
/**
 * The program that looks at files for the daemon (looks.ts). It sends `{ready: true}` once it can
 * look. For each `{id, name, args}` it sends `{id, at}` before it touches a path, and then `{id,
 * result}` or `{id, error: {message, code}}`.
 *
 * A worker thread does the looks; the main thread only passes messages on. So this program ends
 * with its daemon even if a look hangs.
 */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { LOOKS } from '../looks/looks.mjs';

/** @typedef {{ id: number, name: keyof typeof LOOKS, args: unknown[] }} Asked */

if (isMainThread) passOn();
else {
  parentPort?.on('message', (asked) => void look(/** @type {Asked} */ (asked)));
  parentPort?.postMessage({ ready: true });
}

function passOn() {
  const thread = new Worker(new URL('./look-child.mjs', import.meta.url));
  thread.on('message', (message) => void process.send?.(message));
  thread.once('error', (error) => {
    throw error;
  });
  process.on('message', (asked) => thread.postMessage(asked));
  // An orderly exit would wait for the thread that looks.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}

/** @param {Asked} asked */
async function look({ id, name, args }) {
  const send = (/** @type {object} */ message) => parentPort?.postMessage({ id, ...message });
  const at = (/** @type {string} */ path) => send({ at: path });
  /** @type {(at: (path: string) => void, ...args: any[]) => Promise<unknown>} */
  const wanted = LOOKS[name];
  try {
    send({ result: await wanted(at, ...args) });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
    send({ error: { message, code } });
  }
}
