import { useHosts } from '../../api/list-hosts.ts';
import { hostStateLabel } from '../../components/host-state-label.ts';
import { RelativeTime } from '../../components/time/relative-time.tsx';
import styles from './shell.module.css';

/** The short list of hosts beside every page. */
export function HostStrip() {
  const hosts = useHosts();
  return (
    <>
      <h2>Hosts</h2>
      {hosts.length === 0 && <p>No host has called yet.</p>}
      <ul>
        {hosts.map((host) => (
          <li key={host.name}>
            <strong>{host.name}</strong>
            <span data-state={host.state}>
              {hostStateLabel(host.state)}
              {host.slots > 1 && ` ${host.jobs.length} of ${host.slots}`}
            </span>
            {host.standIn && (
              <span className={styles.small}>Stand-in renderer, not After Effects</span>
            )}
            {host.trouble !== null && (
              <span className={styles.problem}>
                {host.state === 'problem' ? 'See Hosts.' : 'Takes no more jobs. See Hosts.'}
              </span>
            )}
            {(host.state === 'silent' || host.state === 'stopped') && (
              <span className={styles.small}>
                Last heard <RelativeTime at={host.lastHeardAt} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
