import type { WireHost } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { useHosts } from '../../api/use-farm.ts';
import { hostStateWord } from '../../components/host-state-word.ts';
import { Missing } from '../../components/missing.tsx';
import { PageHeading } from '../../components/page-heading.tsx';
import { counted, fileSize } from '../../components/time/format-time.ts';
import { Ago } from '../../components/time/time-cells.tsx';
import styles from './hosts-page.module.css';

const HOLDS: Readonly<Record<string, string>> = {
  cgroup: 'cgroup: the kernel proves a stop',
  subreaper: 'subreaper: scans prove a stop',
  jobObject: 'Job Object: the kernel proves a stop',
  none: 'none: scans prove a stop',
};

/** Every render host, those in problem first: what it does, what it can prove, and what is in its way. */
export function HostsPage() {
  const hosts = [...useHosts()].sort(
    (a, b) => problemsOf(b).length - problemsOf(a).length || a.name.localeCompare(b.name),
  );
  return (
    <>
      <PageHeading title="Hosts" />
      {hosts.length === 0 ? (
        <p>No host has called yet. Start one there: node --import tsx apps/worker/src/main.ts</p>
      ) : (
        <ul className={styles.hosts}>
          {hosts.map((host) => (
            <HostCard key={host.name} host={host} />
          ))}
        </ul>
      )}
    </>
  );
}

function HostCard({ host }: { host: WireHost }) {
  return (
    <li>
      <h2>{host.name}</h2>
      {problemsOf(host).map((sentence) => (
        <p key={sentence} className={styles.problem}>
          {sentence}
        </p>
      ))}
      <dl>
        <dt>State</dt>
        <dd>
          {hostStateWord(host.state)}, {host.jobs.length} of {counted(host.slots, 'slot')} taken
        </dd>
        <dt>Job</dt>
        <dd>
          {host.jobs.length === 0 && <Missing />}
          {host.jobs.map(({ id, name, progress }) => (
            <span key={id}>
              <Link to="/jobs/$id" params={{ id }}>
                {name}
              </Link>{' '}
              {Math.floor(progress)} %{' '}
            </span>
          ))}
        </dd>
        <dt>Last heard</dt>
        <dd>
          <Ago at={host.lastHeardAt} />
        </dd>
        <dt>Renderer</dt>
        <dd>{host.renderer}</dd>
        <dt>Container</dt>
        <dd>{HOLDS[host.container] ?? host.container}</dd>
        <dt>Free disk</dt>
        <dd>{host.freeBytes === null ? <Missing /> : fileSize(host.freeBytes)}</dd>
        <dt>Worker</dt>
        <dd>
          {host.version}, {host.platform}
        </dd>
      </dl>
    </li>
  );
}

/** What a person should look at, as sentences; none where all is well. */
function problemsOf(host: WireHost): string[] {
  return [
    host.trouble,
    host.state === 'silent' ? 'Silent: what it renders is not known.' : null,
    host.leftoverFolders > 0
      ? `${counted(host.leftoverFolders, 'scratch folder')} could not be removed as yet; it is tried again.`
      : null,
    host.unclaimedProcesses > 0
      ? `${counted(host.unclaimedProcesses, 'process', 'processes')} of no known attempt; the worker's log names them. Look, and end them by hand.`
      : null,
  ].filter((sentence) => sentence !== null);
}
