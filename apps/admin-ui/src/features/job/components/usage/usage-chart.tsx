import type { WireAttempt, WireJob, WireUsagePoint } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../../api/api.ts';
import {
  formatFileSize,
  formatNumber,
  formatTime,
} from '../../../../components/time/format-time.ts';
import styles from './usage-chart.module.css';

type Props = { readonly job: WireJob; readonly attempt: WireAttempt };
const percent = (value: number) => `${formatNumber(Math.round(value))} %`;

const REFETCH_MS = 10_000;

/** What an attempt used from its start on; read again while it runs. */
function useAttemptUsage(id: string, attempt: number, running: boolean) {
  const { client, trpc } = useApi();
  return useQuery({
    queryKey: trpc.getAttemptUsage.queryKey({ id, attempt }),
    queryFn: ({ signal }) => client.getAttemptUsage.query({ id, attempt }, { signal }),
    refetchInterval: running ? REFETCH_MS : false,
  });
}

/** One quantity over the time of an attempt: its mean as a line, its most as a dashed one. */
type UsageValue = {
  readonly atMs: number;
  readonly mean: number;
  readonly max: number;
};
type UsageLineProps = {
  readonly title: string;
  readonly values: readonly UsageValue[];
  readonly format: (value: number) => string;
};

const WIDTH = 600;
const HEIGHT = 120;
const LABELS = 130;

function UsageLine({ title, values, format }: UsageLineProps) {
  const [first] = values;
  const last = values.at(-1);
  if (first === undefined || last === undefined) return null;
  const span = Math.max(1, last.atMs - first.atMs);
  const top = Math.max(1, ...values.map(({ max }) => max));
  const x = ({ atMs }: UsageValue) => ((atMs - first.atMs) / span) * WIDTH;
  const y = (value: number) => HEIGHT - (value / top) * HEIGHT;
  const path = (of: (value: UsageValue) => number) =>
    values.map((value) => `${x(value).toFixed(1)},${y(of(value)).toFixed(1)}`).join(' ');
  const most = y(last.max) + 4;
  // The labels never cover each other.
  const mean = Math.max(y(last.mean) + 4, most + 14);
  return (
    <svg
      className={styles.chart}
      viewBox={`0 -10 ${WIDTH + LABELS} ${HEIGHT + 34}`}
      role="img"
      aria-label={`${title}: ${format(last.mean)} at the end, at most ${format(top)}`}
    >
      <line className={styles.axis} x1={0} y1={HEIGHT} x2={WIDTH} y2={HEIGHT} />
      <polyline className={styles.most} points={path(({ max }) => max)} />
      <polyline className={styles.mean} points={path((value) => value.mean)} />
      <text className={styles.label} x={WIDTH + 6} y={most}>
        most {format(last.max)}
      </text>
      <text className={styles.label} x={WIDTH + 6} y={mean}>
        mean {format(last.mean)}
      </text>
    </svg>
  );
}

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
