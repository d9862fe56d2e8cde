import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';

const AGAIN_AFTER_MS = 50;
const frame = z.looseObject({
  type: z.string(),
  cursor: z.string(),
  gap: z.boolean().optional(),
  version: z.int().optional(),
  job: z.looseObject({ id: z.string() }).optional(),
});
export type ReceivedFrame = z.infer<typeof frame>;

/** A client of /api/events. When its socket closes, it subscribes again with its cursor. */
export function followChanges(url: string, headers: Record<string, string>, cursor = '') {
  const stream = { cursor, over: false };
  const frames: ReceivedFrame[] = [];
  const opened = new Set<WebSocket>();
  const following = (async () => {
    while (!stream.over) {
      const query = stream.cursor === '' ? '' : `?cursor=${encodeURIComponent(stream.cursor)}`;
      const socket = new WebSocket(`${url.replace('http', 'ws')}/api/events${query}`, { headers });
      opened.add(socket);
      socket.on('error', () => {});
      socket.on('message', (data) => {
        const next = frame.parse(JSON.parse(String(data)));
        frames.push(next);
        stream.cursor = next.cursor;
      });
      await new Promise((resolve) => socket.on('close', resolve));
      opened.delete(socket);
      await setTimeout(AGAIN_AFTER_MS);
    }
  })();
  const cut = () => {
    for (const socket of opened) socket.terminate();
  };
  return {
    frames,
    cursor: () => stream.cursor,
    gaps: () => frames.filter(({ gap }) => gap === true).length,
    versions: () => frames.flatMap(({ version }) => version ?? []),
    /** Ends the connection; the client makes another one. */
    cut,
    async end(): Promise<void> {
      stream.over = true;
      cut();
      await following;
    },
  };
}
