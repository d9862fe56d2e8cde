import { visibleText, type WireHost } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { Name } from '../../../components/name.tsx';
import { NoValue } from '../../../components/no-value.tsx';
import { ProgressBar } from '../../../components/progress-bar.tsx';
import table from '../../../components/table.module.css';
import { formatFileSize } from '../../../components/time/format-time.ts';
import { describeDay } from './describe-host.ts';
import { HostJobs, LastHeard, OpenStops } from './host-cells.tsx';
import { HostState } from './host-state.tsx';
import styles from './hosts-page.module.css';
import type { HostsSearch } from './hosts-search.ts';

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
export function HostProgress({ host: { jobs, state } }: { host: WireHost }) {
  if (jobs.length === 0 || state === 'silent' || state === 'stopped') return <NoValue />;
  return jobs.map(({ id, name, progress }) => (
    <ProgressBar key={id} percent={progress} label={name} />
  ));
}
