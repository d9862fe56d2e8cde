import type { WireHost } from '@renderdeck/contract';

const WORDS: Readonly<Record<WireHost['state'], string>> = {
  idle: 'Idle',
  rendering: 'Rendering',
  draining: 'Ending',
  silent: 'Silent',
  stopped: 'Stopped by its worker',
};

export function hostStateWord(state: WireHost['state']): string {
  return WORDS[state];
}
