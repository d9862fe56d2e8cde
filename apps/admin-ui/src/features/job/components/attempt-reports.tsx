import type { WireAttempt } from '@renderdeck/contract';
import { Name } from '../../../components/name.tsx';
import {
  formatCount,
  formatFileSize,
  formatShortDuration,
} from '../../../components/time/format-time.ts';
import styles from './job-page.module.css';

/** What the host said it did to the processes and to the files of an attempt. */
export function AttemptReports({ attempt }: { attempt: WireAttempt }) {
  const { stop, removal } = attempt;
  if (stop === null && removal === null) return null;
  return (
    <ul className={styles.processes}>
      {stop !== null && <li>{describeStop(stop)}</li>}
      {stop?.survivors.map(({ pid, name, state }) => (
        <li key={pid} className={styles.unproven}>
          Still running when it looked: <Name of={name} /> <code>{pid}</code> ({state})
        </li>
      ))}
      {removal !== null && <li>{describeRemoval(removal)}</li>}
      {removal?.leftovers.map(({ path, error }) => (
        <li key={path}>
          Kept: <code>{path}</code> {error}
        </li>
      ))}
    </ul>
  );
}

function describeStop({ processes, timeToDeadMs }: NonNullable<WireAttempt['stop']>): string {
  const ended = processes.filter(({ endedAt }) => endedAt !== null).length;
  const took = timeToDeadMs === null ? '' : `, ${formatShortDuration(timeToDeadMs)}`;
  return processes.length === 0
    ? `No process was left${took}`
    : `${ended} of ${formatCount(processes.length, 'process', 'processes')} ended${took}`;
}

function describeRemoval({
  files,
  bytes,
  timeToCleanMs,
}: NonNullable<WireAttempt['removal']>): string {
  if (files === 0) return 'No file was there';
  const size = `${formatFileSize(bytes)} in ${formatCount(files, 'file')}`;
  return `${size} removed, ${formatShortDuration(timeToCleanMs)}`;
}
