import { Group, Table, Text } from '@mantine/core';
import { formatFileSize, visibleText, type WireHost } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import cards from '../../../components/cards.module.css';
import { type ListColumn, ListTable } from '../../../components/list-table.tsx';
import { Name, NoValue } from '../../../components/name.tsx';
import { ProgressBar } from '../../../components/progress-bar.tsx';
import { formatNumber } from '../../../components/time/format-time.ts';
import { RelativeTime } from '../../../components/time/times.tsx';
import { describeDay, isLate } from './describe-host.ts';
import { HostState } from './host-state.tsx';
import type { HostsSearch } from './hosts-search.ts';

export type HostListProps = {
  readonly hosts: readonly WireHost[];
  /** The time of this answer, by the server's clock. */
  readonly seenAtMs: number;
  readonly search: HostsSearch;
};
const FIRST_COLUMNS: readonly ListColumn[] = [
  { label: 'Host' },
  { label: 'State', w: 132 },
  { label: 'Job' },
  { label: 'Progress', w: 132 },
  { label: 'Last heard', w: 112 },
];
/** Left out in a narrow window, and beside a panel. */
const EXTRA_COLUMNS: readonly ListColumn[] = [
  { label: 'Agent', w: 80, visibleFrom: 'lg' },
  { label: 'After Effects', visibleFrom: 'lg' },
  { label: 'Free disk', w: 80, visibleFrom: 'lg' },
];
const LAST_COLUMNS: readonly ListColumn[] = [
  { label: 'Last 24 h' },
  { label: 'Open stops', w: 88, ta: 'right' },
];

export type HostTableProps = HostListProps & {
  /** True if the table has the whole width of the page. */
  isWide: boolean;
};

export function HostTable({ hosts, seenAtMs, search, isWide }: HostTableProps) {
  const extra = isWide ? EXTRA_COLUMNS : [];
  return (
    <ListTable
      name="Render hosts"
      layout="fixed"
      columns={[...FIRST_COLUMNS, ...extra, ...LAST_COLUMNS]}
    >
      <Table.Tbody>
        {hosts.map((host) => (
          <Table.Tr
            key={host.name}
            data-host={host.name}
            data-selected={host.name === search.host || undefined}
          >
            <Table.Th scope="row" title={visibleText(host.name)}>
              <Link to="/hosts" search={{ ...search, host: host.name }} style={{ fontWeight: 600 }}>
                <Name of={host.name} />
              </Link>
            </Table.Th>
            <Table.Td>
              <HostState host={host} />
            </Table.Td>
            <Table.Td>
              <HostJobs host={host} />
            </Table.Td>
            <Table.Td>
              <HostProgress host={host} />
            </Table.Td>
            <Table.Td>
              <LastHeard host={host} seenAtMs={seenAtMs} />
            </Table.Td>
            {isWide && <ExtraCells host={host} />}
            <Table.Td title={describeDay(host)}>{describeDay(host)}</Table.Td>
            <Table.Td ta="right">
              <OpenStops host={host} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ListTable>
  );
}

function ExtraCells({ host: { version, renderer, freeBytes } }: { host: WireHost }) {
  return (
    <>
      <Table.Td visibleFrom="lg">{version}</Table.Td>
      <Table.Td visibleFrom="lg" title={visibleText(renderer)}>
        <Name of={renderer} />
      </Table.Td>
      <Table.Td visibleFrom="lg">
        {freeBytes === null ? <NoValue /> : formatFileSize(freeBytes)}
      </Table.Td>
    </>
  );
}

/** The last known progress of a silent host would look current, so it is not shown. */
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
    <Link key={id} to="/jobs/$id" params={{ id }} title={name} style={{ marginRight: 8 }}>
      {name}
    </Link>
  ));
}

function LastHeard({ host, seenAtMs }: { host: WireHost; seenAtMs: number }) {
  return (
    <>
      <RelativeTime at={host.lastHeardAt} />
      {isLate(host, seenAtMs) && <strong style={{ color: 'var(--rd-stopping)' }}> late</strong>}
    </>
  );
}

/** Stops on the host without a proof, as a link to their jobs. */
function OpenStops({ host: { openStops, openAttempts } }: { host: WireHost }) {
  if (openStops === 0 && openAttempts === 0) return <>0</>;
  return (
    <Link to="/queue" search={{ show: 'all', open: true }} style={{ color: 'var(--rd-unproven)' }}>
      {formatNumber(Math.max(openStops, openAttempts))}
    </Link>
  );
}

/** The hosts for a narrow window. */
export function HostCards({ hosts, seenAtMs, search }: HostListProps) {
  return (
    <ul className={cards.cards} style={{ overflowWrap: 'anywhere' }}>
      {hosts.map((host) => (
        <li key={host.name} data-host={host.name}>
          <Group justify="space-between" gap={8} wrap="nowrap">
            <Link to="/hosts" search={{ ...search, host: host.name }} className={cards.name}>
              <Name of={host.name} />
            </Link>
            <HostState host={host} />
          </Group>
          <Text size="sm" mih={24}>
            <HostJobs host={host} /> <HostProgress host={host} />
          </Text>
          <Text size="sm" mih={24}>
            Heard <LastHeard host={host} seenAtMs={seenAtMs} /> · last 24 h: {describeDay(host)}
            {host.openStops > 0 && ` · open stops: ${host.openStops}`}
          </Text>
        </li>
      ))}
    </ul>
  );
}
