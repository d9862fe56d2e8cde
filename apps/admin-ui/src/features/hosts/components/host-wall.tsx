import { formatFileSize, visibleText, type WireHost } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { Name } from '../../../components/name.tsx';
import { RowPicture } from '../../../components/pictures/row-picture.tsx';
import { ElapsedTime, ExactTime, TimeLeft } from '../../../components/time/times.tsx';
import { HostState } from './host-state.tsx';
import styles from './host-wall.module.css';
import type { HostsSearch } from './hosts-search.ts';
import { isDiskLow, useOf } from './measure-host.ts';

type Props = { hosts: readonly WireHost[]; search: HostsSearch };

/** One cell for each host, in the order of their names, so that people learn the places. */
export function HostWall({ hosts, search }: Props) {
  return (
    <ul className={styles.wall} aria-label="Render hosts">
      {hosts.map((host) => (
        <HostCell key={host.name} host={host} search={search} />
      ))}
    </ul>
  );
}

function HostCell({ host, search }: { host: WireHost; search: HostsSearch }) {
  return (
    <li
      className={styles.cell}
      data-host={host.name}
      data-state={host.state}
      data-selected={host.name === search.host || undefined}
    >
      <div className={styles.head}>
        <Link
          to="/hosts"
          search={{ ...search, host: host.name }}
          className={styles.name}
          title={visibleText(host.name)}
        >
          <Name of={host.name} />
        </Link>
        <HostState host={host} />
      </div>
      <div className={styles.body}>
        <CellBody host={host} />
      </div>
      <Use host={host} />
    </li>
  );
}

/** The first job of the host, or why it has none. */
function CellBody({ host }: { host: WireHost }) {
  const [job] = host.jobs;
  if (host.state === 'stopped')
    return (
      <p>
        signed off <ExactTime at={host.lastHeardAt} />
      </p>
    );
  if (job === undefined) return <NoJob host={host} />;
  const more = host.jobs.length - 1;
  return (
    <div className={styles.job}>
      <RowPicture id={job.id} runs />
      <div>
        <p className={styles.oneLine}>
          <Link to="/jobs/$id" params={{ id: job.id }} title={visibleText(job.name)}>
            <Name of={job.name} />
          </Link>
        </p>
        <p className={styles.oneLine}>
          {Math.floor(job.progress)} %
          {host.state === 'silent' ? (
            <>
              , silent for <ElapsedTime from={host.lastHeardAt} />
            </>
          ) : (
            job.timeLeftMs !== null && (
              <>
                , <TimeLeft ms={job.timeLeftMs} /> left
              </>
            )
          )}
          {more > 0 && `, ${more} more`}
        </p>
      </div>
      <progress
        className={styles.bar}
        max={100}
        value={Math.floor(job.progress)}
        aria-label={visibleText(job.name)}
      />
    </div>
  );
}

function NoJob({ host }: { host: WireHost }) {
  const { state, problem, drain, lastHeardAt } = host;
  if (state === 'silent')
    return (
      <p>
        silent for <ElapsedTime from={lastHeardAt} />
      </p>
    );
  if (state === 'drained' && drain !== null)
    return (
      <p className={styles.twoLines}>
        by {visibleText(drain.by)}
        {drain.reason !== null && `: ${visibleText(drain.reason)}`}
      </p>
    );
  if (problem !== null)
    return (
      <p className={styles.twoLines} title={visibleText(problem)}>
        {visibleText(problem)}
      </p>
    );
  return <p className={styles.dim}>{state === 'ending' ? 'shuts down' : 'no job'}</p>;
}

/** What the renders of the host use of its cores and memory, and its free disk. */
function Use({ host }: { host: WireHost }) {
  if (host.state === 'silent' || host.state === 'stopped') return null;
  const { cpu, memory } = useOf(host);
  const { freeBytes } = host;
  return (
    <div className={styles.use}>
      <Share label="CPU" share={cpu} />
      <Share label="Mem" share={memory} />
      <span data-low={isDiskLow(host) || undefined} title="Free disk">
        <span className="visually-hidden">Free disk </span>
        {freeBytes === null ? '–' : formatFileSize(freeBytes)}
      </span>
    </div>
  );
}

function Share({ label, share }: { label: string; share: number | null }) {
  if (share === null) return <span>{label} –</span>;
  const percent = Math.round(share * 100);
  return (
    <span>
      <i aria-hidden="true">
        <b style={{ width: `${Math.min(100, percent)}%` }} />
      </i>
      {label} {percent} %
    </span>
  );
}
