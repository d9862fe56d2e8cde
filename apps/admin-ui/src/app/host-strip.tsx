import { useHosts } from '../api/use-farm.ts';
import { hostStateWord } from '../components/host-state-word.ts';
import { Ago } from '../components/time/time-cells.tsx';
import styles from './shell.module.css';

/** Every host in a line or two; one that renders without After Effects says so. */
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
              {hostStateWord(host.state)}
              {host.slots > 1 && ` ${host.jobs.length} of ${host.slots}`}
            </span>
            {host.standIn && (
              <span className={styles.small}>Stand-in renderer, not After Effects</span>
            )}
            {host.trouble !== null && (
              <span className={styles.problem}>Takes no job. See Hosts.</span>
            )}
            {(host.state === 'silent' || host.state === 'stopped') && (
              <span className={styles.small}>
                Last heard <Ago at={host.lastHeardAt} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
