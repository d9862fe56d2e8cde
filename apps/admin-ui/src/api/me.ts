import type { MeOutput } from '@renderdeck/contract';
import { createContext, useContext } from 'react';

export const MeContext = createContext<MeOutput | null>(null);

/** Who is signed in, and what the page may offer. */
export function useMe(): MeOutput {
  const me = useContext(MeContext);
  if (me === null) throw new Error('useMe needs a session above it.');
  return me;
}
