import { visibleText, type WireHost } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import cards from '../../../components/cards.module.css';
import { Name, NoValue } from '../../../components/name.tsx';
import { ProgressBar } from '../../../components/progress-bar.tsx';
import table from '../../../components/table.module.css';
import { formatFileSize, formatNumber } from '../../../components/time/format-time.ts';
import { RelativeTime } from '../../../components/time/times.tsx';
import { describeDay, isLate } from './describe-host.ts';
import styles from './hosts-page.module.css';

/** What the address of the page holds. */
export type HostsSearch = {
  readonly state?: WireHost['state'] | undefined;
  readonly host?: string | undefined;
};

export type HostListProps = {
  readonly hosts: readonly WireHost[];
  /** When the server said this, by its clock. */
  readonly seenAtMs: number;
  readonly search: HostsSearch;
};
const COLUMNS = [
  'Host',
  'State',
  'Job',
  'Progress',
  'Last heard',
  'Agent',
  'After Effects',
  'Free disk',
  'Last 24 h',
  'Open stops',
] as const;

const ICONS: Readonly<Record<WireHost['state'], string>> = {
  idle: '○',
  rendering: '▶',
  draining: '◑',
  problem: '✕',
  silent: '?',
  stopped: '■',
};

/** The state of a host: a glyph and the word. */
function HostState({ host }: { host: WireHost }) {
  return (
    <span className={styles.state} data-state={host.state}>
      <span aria-hidden="true">{ICONS[host.state]}</span> {hostStateLabel(host.state)}
      {host.slots > 1 && ` ${host.jobs.length} of ${host.slots}`}
    </span>
  );
}

export function HostTable({ hosts, seenAtMs, search }: HostListProps) {
  return (
    <table className={`${table.table} ${table.oneLine} ${styles.table}`}>
      <caption className="visually-hidden">Render hosts</caption>
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <th key={column} scope="col" data-column={column}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {hosts.map((host) => (
          <tr
            key={host.name}
            data-host={host.name}
            data-selected={host.name === search.host || undefined}
          >
            <th scope="row" title={visibleText(host.name)}>
              <Link to="/hosts" search={{ ...search, host: host.name }} className={styles.name}>
                <Name of={host.name} />
              </Link>
            </th>
            <td>
              <HostState host={host} />
            </td>
            <td>
              <HostJobs host={host} />
            </td>
            <td>
              <HostProgress host={host} />
            </td>
            <td>
              <LastHeard host={host} seenAtMs={seenAtMs} />
            </td>
            <td data-column="Agent">{host.version}</td>
            <td data-column="After Effects" title={visibleText(host.renderer)}>
              <Name of={host.renderer} />
            </td>
            <td data-column="Free disk">
              {host.freeBytes === null ? <NoValue /> : formatFileSize(host.freeBytes)}
            </td>
            <td title={describeDay(host)}>{describeDay(host)}</td>
            <td data-column="Open stops">
              <OpenStops host={host} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Of a host that is not heard, the last known progress would look like a present one. */
function HostProgress({ host: { jobs, state } }: { host: WireHost }) {
  if (jobs.length === 0 || state === 'silent' || state === 'stopped') return <NoValue />;
  return jobs.map(({ id, name, progress }) => (
    <ProgressBar key={id} percent={progress} label={name} />
  ));
}

/** The jobs that the host holds. What a silent host does with them is not known. */
function HostJobs({ host: { jobs } }: { host: WireHost }) {
  if (jobs.length === 0) return <NoValue />;
  return jobs.map(({ id, name }) => (
    <Link key={id} to="/jobs/$id" params={{ id }} title={name} className={styles.job}>
      {name}
    </Link>
  ));
}

function LastHeard({ host, seenAtMs }: { host: WireHost; seenAtMs: number }) {
  return (
    <>
      <RelativeTime at={host.lastHeardAt} />
      {isLate(host, seenAtMs) && <strong className={styles.late}> late</strong>}
    </>
  );
}

/** Stops on the host without a proof, as a link to their jobs. */
function OpenStops({ host: { openStops, openAttempts } }: { host: WireHost }) {
  if (openStops === 0 && openAttempts === 0) return <>0</>;
  return (
    <Link to="/queue" search={{ show: 'all', open: true }} className={styles.open}>
      {formatNumber(Math.max(openStops, openAttempts))}
    </Link>
  );
}

/** The hosts for a narrow window. */
export function HostCards({ hosts, seenAtMs, search }: HostListProps) {
  return (
    <ul className={`${cards.cards} ${styles.cards}`}>
      {hosts.map((host) => (
        <li key={host.name} data-host={host.name}>
          <p className={`${cards.head} ${styles.cardHead}`}>
            <Link to="/hosts" search={{ ...search, host: host.name }}>
              <Name of={host.name} />
            </Link>
            <HostState host={host} />
          </p>
          <p>
            <HostJobs host={host} /> <HostProgress host={host} />
          </p>
          <p>
            Heard <LastHeard host={host} seenAtMs={seenAtMs} /> · last 24 h: {describeDay(host)}
            {host.openStops > 0 && ` · open stops: ${host.openStops}`}
          </p>
        </li>
      ))}
    </ul>
  );
}

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
