import { refuse } from '@renderdeck/contract';
import type { AdminPort, RequestContext } from '@renderdeck/contract/router';

/** The same port, but one user or token has at most so many live streams at once, over however many sockets. */
export function limitStreams(port: AdminPort, max: number): AdminPort {
  const open = new Map<string, number>();

  async function* counted<Event>(
    { actor }: RequestContext,
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
    onJobChange: (requestContext, options) =>
      counted(requestContext, () => port.onJobChange(requestContext, options)),
    onAttemptLog: (requestContext, jobId, options) =>
      counted(requestContext, () => port.onAttemptLog(requestContext, jobId, options)),
    onHostChange: (requestContext, options) =>
      counted(requestContext, () => port.onHostChange(requestContext, options)),
  };
}
