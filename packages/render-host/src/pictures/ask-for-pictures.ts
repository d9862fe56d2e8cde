import { isRecord } from '../system/is-record.ts';
import type { TakenPictures } from './picture-order.ts';
import { readTaken } from './read-taken.ts';

const WITHIN_MS = 15_000;

/** The daemon's side of answer-pictures.mjs. No line has what `redact` hides. */
export function createPictureQuestions(
  send: (message: object) => void,
  redact: (text: string) => string,
) {
  const open = new Map<number, (taken: TakenPictures | null) => void>();
  let asked = 0;
  return {
    /** Null when the render does not answer in time. */
    ask(after: number | null): Promise<TakenPictures | null> {
      asked += 1;
      const id = asked;
      return new Promise((resolve) => {
        const settle = (taken: TakenPictures | null) => {
          clearTimeout(timer);
          open.delete(id);
          resolve(taken);
        };
        const timer = setTimeout(settle, WITHIN_MS, null);
        open.set(id, settle);
        send({ type: 'takePicture', id, after });
      });
    },
    /** Whether the message is an answer. */
    receive(message: unknown): boolean {
      if (!isRecord(message) || message.type !== 'picture') return false;
      const taken = readTaken(message);
      const lines = taken.lines.map(redact);
      if (typeof message.id === 'number') open.get(message.id)?.({ ...taken, lines });
      return true;
    },
    /** The render is over: nothing more is answered. */
    end(): void {
      for (const settle of [...open.values()]) settle(null);
    },
  };
}
