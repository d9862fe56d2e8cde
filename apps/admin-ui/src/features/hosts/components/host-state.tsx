import type { WireHost } from '@renderdeck/contract';
import { hostStateLabel } from '../../../components/host-state-label.ts';
import styles from './hosts-page.module.css';

const ICONS: Readonly<Record<WireHost['state'], string>> = {
  idle: '○',
  rendering: '▶',
  draining: '◑',
  problem: '✕',
  silent: '?',
  stopped: '■',
};

/** The state of a host: a glyph and the word. */
export function HostState({ host }: { host: WireHost }) {
  return (
    <span className={styles.state} data-state={host.state}>
      <span aria-hidden="true">{ICONS[host.state]}</span> {hostStateLabel(host.state)}
      {host.slots > 1 && ` ${host.jobs.length} of ${host.slots}`}
    </span>
  );
}
