import styles from './usage-chart.module.css';

/** One quantity over the time of an attempt: its mean as a line, its most as a dashed one. */
export type UsageValue = {
  readonly atMs: number;
  readonly mean: number;
  readonly max: number;
};
type Props = {
  readonly title: string;
  readonly values: readonly UsageValue[];
  readonly format: (value: number) => string;
};

const WIDTH = 600;
const HEIGHT = 120;
const LABELS = 130;

export function UsageLine({ title, values, format }: Props) {
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
