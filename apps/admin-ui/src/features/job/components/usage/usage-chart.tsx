import { Box, Table, Text, Title } from '@mantine/core';
import '@mantine/core/styles/Table.css';
import {
  formatFileSize,
  type WireAttempt,
  type WireJob,
  type WireUsagePoint,
} from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useApi } from '../../../../api/api.ts';
import { useHosts } from '../../../../api/list-hosts.ts';
import { formatNumber, formatTime } from '../../../../components/time/format-time.ts';
import { cores, cpuOf, type HostSize } from './describe-usage.ts';

type Props = { readonly job: WireJob; readonly attempt: WireAttempt };

const REFETCH_MS = 10_000;
/** The size of the plots, so that nothing moves when they are there. */
const PLOTS_HEIGHT = 152;

/** With its library it is loaded when an attempt has something to draw. */
const UsagePlots = lazy(async () => ({
  default: (await import('./usage-plots.tsx')).UsagePlots,
}));

/** What an attempt used since its start. It is read again while the attempt runs. */
function useAttemptUsage(id: string, attempt: number, running: boolean) {
  const { client, trpc } = useApi();
  return useQuery({
    queryKey: trpc.getAttemptUsage.queryKey({ id, attempt }),
    queryFn: ({ signal }) => client.getAttemptUsage.query({ id, attempt }, { signal }),
    refetchInterval: running ? REFETCH_MS : false,
  });
}

const UNKNOWN: HostSize = { cpuCores: null, memoryBytes: null };

/** CPU and memory of all processes of an attempt, from its start on, and the same as a table. */
export function UsageChart({ job, attempt }: Props) {
  const { number, host, endedAt } = attempt;
  const size = useHosts().find(({ name }) => name === host) ?? UNKNOWN;
  const usage = useAttemptUsage(job.id, number, endedAt === null);
  if (usage.data === undefined) return null;
  const { points } = usage.data;
  const [first] = points;
  const last = points.at(-1);
  const isDrawn = first !== undefined && last !== undefined && points.length > 1;
  return (
    <Box component="section" my={16} aria-label={`Use of attempt ${number}`}>
      <Title order={2} fz={14} lh="20px" mb={8}>
        Use of attempt {number}{' '}
        <Text span fz={12} fw={400} c="dimmed">
          {isDrawn
            ? `${formatTime(first.at)} to ${formatTime(last.until)}`
            : 'No CPU or memory values are recorded yet.'}
        </Text>
      </Title>
      {isDrawn && (
        <>
          <Suspense fallback={<Box mih={PLOTS_HEIGHT} />}>
            <UsagePlots points={points} size={size} />
          </Suspense>
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

function cellsOf(point: WireUsagePoint): readonly string[] {
  const cpu = cpuOf(point);
  return [
    formatTime(point.at),
    `${cores(cpu.mean)} cores`,
    `${cores(cpu.max)} cores`,
    formatFileSize(point.memoryBytes.mean),
    formatFileSize(point.memoryBytes.max),
    formatNumber(point.processes),
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
