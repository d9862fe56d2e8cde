import type { WireAttempt, WireJob, WireUsagePoint } from '@renderdeck/contract';
import {
  formatFileSize,
  formatNumber,
  formatTime,
} from '../../../../components/time/format-time.ts';
import { useAttemptUsage } from '../../api/get-attempt-usage.ts';
import styles from './usage-chart.module.css';
import { UsageLine } from './usage-line.tsx';

type Props = { readonly job: WireJob; readonly attempt: WireAttempt };
const percent = (value: number) => `${formatNumber(Math.round(value))} %`;

/** CPU and memory of all processes of an attempt, from its start on, and the same as a table. */
export function UsageChart({ job, attempt }: Props) {
  const { number, endedAt } = attempt;
  const usage = useAttemptUsage(job.id, number, endedAt === null);
  if (usage.data === undefined) return null;
  const { points } = usage.data;
  const values = (of: (point: WireUsagePoint) => { mean: number; max: number }) =>
    points.map((point) => ({ atMs: Date.parse(point.at), ...of(point) }));
  return (
    <section className={styles.usage}>
      <h2>Use of attempt {number}</h2>
      {points.length < 2 ? (
        <p className={styles.note}>No use is on record as yet.</p>
      ) : (
        <>
          <h3>CPU, in percent of one core</h3>
          <UsageLine title="CPU" values={values((point) => point.cpuPercent)} format={percent} />
          <h3>Memory</h3>
          <UsageLine
            title="Memory"
            values={values((point) => point.memoryBytes)}
            format={formatFileSize}
          />
          <details>
            <summary>Show as table</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the box scrolls */}
            <section className={styles.scroll} aria-label="Use as a table" tabIndex={0}>
              <UsageTable points={points} />
            </section>
          </details>
        </>
      )}
    </section>
  );
}

function UsageTable({ points }: { points: readonly WireUsagePoint[] }) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">CPU, mean</th>
          <th scope="col">CPU, most</th>
          <th scope="col">Memory, mean</th>
          <th scope="col">Memory, most</th>
          <th scope="col">Processes</th>
        </tr>
      </thead>
      <tbody>
        {points.map(({ at, cpuPercent, memoryBytes, processes }) => (
          <tr key={at}>
            <td>{formatTime(at)}</td>
            <td>{percent(cpuPercent.mean)}</td>
            <td>{percent(cpuPercent.max)}</td>
            <td>{formatFileSize(memoryBytes.mean)}</td>
            <td>{formatFileSize(memoryBytes.max)}</td>
            <td>{formatNumber(processes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
