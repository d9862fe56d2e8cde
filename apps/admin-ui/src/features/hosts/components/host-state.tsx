import { Text } from '@mantine/core';
import type { WireHost } from '@renderdeck/contract';

const ICONS: Readonly<Record<WireHost['state'], string>> = {
  idle: '○',
  rendering: '▶',
  draining: '◑',
  drained: '◐',
  ending: '▽',
  problem: '✕',
  silent: '?',
  stopped: '■',
};
const COLOURS: Readonly<Record<WireHost['state'], string>> = {
  idle: 'inherit',
  rendering: 'var(--rd-running)',
  draining: 'var(--rd-stopping)',
  drained: 'var(--rd-stopping)',
  ending: 'var(--rd-stopping)',
  problem: 'var(--rd-error)',
  silent: 'var(--rd-unproven)',
  stopped: 'inherit',
};
const LABELS: Readonly<Record<WireHost['state'], string>> = {
  idle: 'Idle',
  rendering: 'Rendering',
  draining: 'Draining',
  drained: 'Drained',
  ending: 'Ending',
  problem: 'Cannot render',
  silent: 'Silent',
  stopped: 'Worker stopped',
};

export function hostStateLabel(state: WireHost['state']): string {
  return LABELS[state];
}

/** The state of a host: a glyph and the word. */
export function HostState({ host }: { host: WireHost }) {
  return (
    <Text span inherit c={COLOURS[host.state]}>
      <span aria-hidden="true">{ICONS[host.state]}</span> {hostStateLabel(host.state)}
      {host.slots > 1 && ` ${host.jobs.length} of ${host.slots}`}
    </Text>
  );
}
