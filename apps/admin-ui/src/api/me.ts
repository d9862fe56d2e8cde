import type { MeOutput } from '@renderdeck/contract';
import { createContext, useContext } from 'react';
import type { Api } from './api.ts';

/** The signed-in user; fails with `unauthenticated` when nobody is signed in. */
export function meOptions({ trpc }: Pick<Api, 'trpc'>) {
  return trpc.me.queryOptions(undefined, { staleTime: 60_000 });
}

export const MeContext = createContext<MeOutput | null>(null);

/** The signed-in user and the actions that the page may offer. */
export function useMe(): MeOutput {
  const me = useContext(MeContext);
  if (me === null) throw new Error('useMe needs a MeContext above it.');
  return me;
}
