import type { AdminRouter } from '@renderdeck/contract/router';
import { act } from '@testing-library/react';
import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { Api } from '../api/api.ts';

/** A network between page and server that can be cut: then nothing passes, in either direction. */
export function aCutLink() {
  let isCut = false;
  const link: TRPCLink<AdminRouter> =
    () =>
    ({ next, op }) =>
      observable((observer) => {
        if (isCut && op.type !== 'subscription')
          return observer.error(TRPCClientError.from(new Error('The network is cut.')));
        return next(op).subscribe({
          next: (value) => isCut || observer.next(value),
          error: (error) => observer.error(error),
          complete: () => observer.complete(),
        });
      });
  return {
    link,
    /** Cuts it, and lets enough time pass that the page notices. */
    cut({ connection, clock }: Api): void {
      isCut = true;
      act(() => {
        connection.onStreamLost();
        clock.sync(new Date(clock.now() + 5_000).toISOString());
        connection.onHttpResult(false);
      });
    },
  };
}
