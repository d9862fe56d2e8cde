import { once } from 'node:events';
import type { Writable } from 'node:stream';

/**
 * Gives a function that writes and resolves when the stream takes more: with false when its reader
 * is gone, as behind `head`. That is no error.
 */
export function writeTo(stream: Writable): (text: string) => Promise<boolean> {
  let isOpen = true;
  stream.on('error', () => {
    isOpen = false;
  });
  return async (text) => {
    if (!isOpen) return false;
    if (!stream.write(text) && isOpen) await once(stream, 'drain').catch(() => undefined);
    return isOpen;
  };
}
