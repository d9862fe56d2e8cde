import type { WireHost } from '@renderdeck/contract';

const LABELS: Readonly<Record<WireHost['state'], string>> = {
  idle: 'Idle',
  rendering: 'Rendering',
  draining: 'Ending',
  problem: 'Cannot render',
  silent: 'Silent',
  stopped: 'Worker stopped',
};

export function hostStateLabel(state: WireHost['state']): string {
  return LABELS[state];
}
