import { refuse } from '@renderdeck/contract';
import type { AdminPort, Asker } from '@renderdeck/contract/router';

/** The same port, but one user or token has at most so many live streams at once, over however many sockets. */
export function limitStreams(port: AdminPort, max: number): AdminPort {
  const open = new Map<string, number>();

  async function* counted<Event>(
    { actor }: Asker,
    stream: () => AsyncIterable<Event>,
  ): AsyncGenerator<Event> {
    const who = `${actor.kind} ${actor.name}`;
    const count = open.get(who) ?? 0;
    if (count >= max)
      throw refuse('too_many_requests', `${actor.name} has ${max} live streams open; close some.`);
    open.set(who, count + 1);
    try {
      yield* stream();
    } finally {
      const left = (open.get(who) ?? 1) - 1;
      if (left > 0) open.set(who, left);
      else open.delete(who);
    }
  }

  return {
    ...port,
    onJobChange: (asker, options) => counted(asker, () => port.onJobChange(asker, options)),
    onAttemptLog: (asker, jobId, options) =>
      counted(asker, () => port.onAttemptLog(asker, jobId, options)),
    onHostChange: (asker, options) => counted(asker, () => port.onHostChange(asker, options)),
  };
}
