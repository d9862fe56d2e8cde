import { Fanout } from './fanout.ts';

/** Wakes of new output lines, for whoever follows a log: a hint to look, with one at once for what is there already. */
export function logFollower() {
  const wakes = new Fanout<true>();
  return {
    wake: () => wakes.send(true),
    stop: () => wakes.close(),
    async *follow(signal: AbortSignal): AsyncGenerator<true> {
      const heard = wakes.open(signal);
      yield true;
      yield* heard;
    },
  };
}
