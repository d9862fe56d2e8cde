import { Box, Table, Text, Title } from '@mantine/core';
import '@mantine/core/styles/Table.css';
import {
  formatFileSize,
  type WireAttempt,
  type WireJob,
  type WireUsagePoint,
} from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../../api/api.ts';
import { formatNumber, formatTime } from '../../../../components/time/format-time.ts';
import styles from './usage-chart.module.css';

type Props = { readonly job: WireJob; readonly attempt: WireAttempt };
const percent = (value: number) => `${formatNumber(Math.round(value))} %`;

const REFETCH_MS = 10_000;

/** What an attempt used since its start. It is read again while the attempt runs. */
function useAttemptUsage(id: string, attempt: number, running: boolean) {
  const { client, trpc } = useApi();
  return useQuery({
    queryKey: trpc.getAttemptUsage.queryKey({ id, attempt }),
    queryFn: ({ signal }) => client.getAttemptUsage.query({ id, attempt }, { signal }),
    refetchInterval: running ? REFETCH_MS : false,
  });
}

/** One value over the time of an attempt: the mean as a line, the maximum as a dashed line. */
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
    <Box component="section" my={16}>
      <Title order={2} fz={14} mb={8}>
        CPU and memory of attempt {number}
      </Title>
      {points.length < 2 ? (
        <Text c="dimmed">No CPU or memory values are recorded yet.</Text>
      ) : (
        <>
          <Title order={3} mb={4}>
            CPU, in percent of one core
          </Title>
          <UsageLine title="CPU" values={values((point) => point.cpuPercent)} format={percent} />
          <Title order={3} mb={4}>
            Memory
          </Title>
          <UsageLine
            title="Memory"
            values={values((point) => point.memoryBytes)}
            format={formatFileSize}
          />
          <details>
            <summary>Show as table</summary>
            <Box
              component="section"
              aria-label="CPU and memory as a table"
              tabIndex={0}
              mah={320}
              style={{ overflow: 'auto' }}
            >
              <UsageTable points={points} />
            </Box>
          </details>
        </>
      )}
    </Box>
  );
}

const COLUMNS = ['From', 'CPU, mean', 'CPU, most', 'Memory, mean', 'Memory, most', 'Processes'];

function cellsOf({ at, cpuPercent, memoryBytes, processes }: WireUsagePoint): readonly string[] {
  return [
    formatTime(at),
    percent(cpuPercent.mean),
    percent(cpuPercent.max),
    formatFileSize(memoryBytes.mean),
    formatFileSize(memoryBytes.max),
    formatNumber(processes),
  ];
}

function UsageTable({ points }: { points: readonly WireUsagePoint[] }) {
  return (
    <Table w="auto" fz="md" verticalSpacing={2} horizontalSpacing={0} withRowBorders={false}>
      <Table.Thead>
        <Table.Tr>
          {COLUMNS.map((label, index) => (
            <Table.Th key={label} scope="col" pr={12} ta={index === 0 ? 'left' : 'right'}>
              {label}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {points.map((point) => (
          <Table.Tr key={point.at}>
            {cellsOf(point).map((cell, index) => (
              <Table.Td key={COLUMNS[index]} pr={12} ta={index === 0 ? 'left' : 'right'}>
                {cell}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
