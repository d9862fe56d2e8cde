import type { AdminRouter } from '@renderdeck/contract/router';
import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';

/** A network that loses the first answer to this procedure, after the farm has done the work. */
export function aLosingLink(path: string): TRPCLink<AdminRouter> {
  let isLost = false;
  return () =>
    ({ op, next }) =>
      observable((observer) =>
        next(op).subscribe({
          ...observer,
          next(answer) {
            if (op.path !== path || isLost) return observer.next(answer);
            isLost = true;
            observer.error(new TRPCClientError('fetch failed'));
          },
        }),
      );
}
