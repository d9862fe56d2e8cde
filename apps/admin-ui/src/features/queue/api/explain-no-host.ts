import type { WireHost } from '@renderdeck/contract';
import { named } from '../../../components/sentence.ts';

/** Why no host can take a job, as a sentence. Null while a host can, now or after its render. */
export function explainNoHost(hosts: readonly WireHost[]): string | null {
  if (hosts.length === 0) return 'No host has registered yet.';
  if (hosts.some(canTake)) return null;
  const reasons = hosts.map(reasonOf);
  const more = reasons.length - SHOWN;
  return `${reasons.slice(0, SHOWN).join(' ')}${more > 0 ? ` And ${more} more.` : ''}`;
}

const SHOWN = 3;

function canTake({ state, problem }: WireHost): boolean {
  return (state === 'idle' || state === 'rendering') && problem === null;
}

function reasonOf({ name, state, problem }: WireHost): string {
  switch (state) {
    case 'silent':
      return `${named(name)} is silent.`;
    case 'stopped':
      return `The worker of ${named(name)} has stopped.`;
    case 'ending':
      return `${named(name)} is shutting down.`;
    case 'draining':
    case 'drained':
      return `${named(name)} is drained.`;
    case 'idle':
    case 'rendering':
    case 'problem':
      return `${named(name)}: ${named(problem ?? 'it cannot render.')}`;
  }
}
