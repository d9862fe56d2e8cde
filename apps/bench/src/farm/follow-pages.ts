/*
 * Plays pages that follow all changes: `node follow-pages.ts OPTIONS`. For each change at each page
 * it measures the delay from the time of the change, which is shortly before its commit, to its
 * frame. It does not parse the frames, because 200 pages get tens of thousands of changes a second.
 */
import { WebSocket } from 'ws';
import { answerParent, endWithParent } from './answer-parent.ts';
import { MOST_DELAY_MS, type PagesOptions } from './pages.ts';

/** This text follows the time of each change. */
const AFTER_TIME = '","event":"';
const TIME_LENGTH = new Date(0).toISOString().length;
const SUBSCRIBE = JSON.stringify({
  id: 1,
  method: 'subscription',
  params: { path: 'onJobChange', input: {} },
});

const { url, token, pages }: PagesOptions = JSON.parse(process.argv[2] ?? '{}');
/** How many changes came after so many ms. */
let delays = new Uint32Array(MOST_DELAY_MS + 1);
let frames = 0;
let closed = 0;

function measure(data: Buffer): void {
  frames += 1;
  const now = Date.now();
  for (let at = data.indexOf(AFTER_TIME); at >= 0; at = data.indexOf(AFTER_TIME, at + 1)) {
    const time = data.subarray(at - TIME_LENGTH, at).toString('latin1');
    const delay = Math.min(MOST_DELAY_MS, Math.max(0, now - Date.parse(time)));
    delays[delay] = (delays[delay] ?? 0) + 1;
  }
}

async function openPage(): Promise<void> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/trpc`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => socket.send(SUBSCRIBE)).once('error', reject);
    socket.once('close', () => {
      closed += 1;
      reject(new Error('the API closed a socket'));
    });
    socket.on('message', (data: Buffer) => {
      measure(data);
      if (data.includes('"type":"alive"')) resolve();
    });
  });
}

endWithParent();
await Promise.all(Array.from({ length: pages }, openPage));
answerParent({
  /** What was measured since the last question. */
  report() {
    const report = { delays: [...delays], frames, closed };
    delays = new Uint32Array(MOST_DELAY_MS + 1);
    frames = 0;
    return report;
  },
});
