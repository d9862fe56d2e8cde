import { nameActor, refuse } from '@renderdeck/contract';
import type { Actor } from '@renderdeck/contract/router';

/**
 * Counts the live streams of each user and token, over all their sockets. The returned function
 * takes one stream and returns the function that releases it. It refuses one stream too many.
 */
export function limitStreams(max: number): (actor: Actor) => () => void {
  const open = new Map<string, number>();
  return (actor) => {
    const who = 'id' in actor ? `${actor.kind} ${actor.id}` : `${actor.kind} ${actor.name}`;
    const count = open.get(who) ?? 0;
    if (count >= max)
      throw refuse(
        'too_many_requests',
        `${nameActor(actor)} has ${max} live streams open; close some.`,
      );
    open.set(who, count + 1);
    return () => {
      const left = (open.get(who) ?? 1) - 1;
      if (left > 0) open.set(who, left);
      else open.delete(who);
    };
  };
}
