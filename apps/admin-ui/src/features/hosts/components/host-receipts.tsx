import { List, Title } from '@mantine/core';
import { statusLabel, type WireHost, type WireJob } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../../api/api.ts';
import { Name } from '../../../components/name.tsx';
import { ReceiptLink } from '../../../components/receipt-link.tsx';
import { StatusBadge } from '../../../components/status/status-badge.tsx';
import { DayTime } from '../../../components/time/times.tsx';
import { useKnownNow } from '../../../live/use-now.ts';

const MOST = 5;
const LOOK_AT = 100;
const REFETCH_MS = 15_000;
const NONE: readonly WireJob[] = [];

/** The newest stopped jobs among the last jobs of a host, the newest first. */
function useStopsOnHost(host: string): readonly WireJob[] {
  const { trpc } = useApi();
  const { data } = useQuery(
    trpc.listJobs.queryOptions(
      { host, show: 'all', limit: LOOK_AT },
      { refetchInterval: REFETCH_MS },
    ),
  );
  return data?.jobs.filter(({ receipt }) => receipt !== null).slice(0, MOST) ?? NONE;
}

/** The newest stops among the last jobs of the host, each with its state and its receipt. */
export function HostReceipts({ host: { name } }: { host: WireHost }) {
  const jobs = useStopsOnHost(name);
  const { now } = useKnownNow();
  if (jobs.length === 0) return null;
  return (
    <>
      <Title order={3} mt={16} mb={4}>
        Last receipts
      </Title>
      <List size="sm" listStyleType="none">
        {jobs.map((job) => (
          <List.Item key={job.id} mih={24}>
            {job.receipt !== null && <DayTime at={job.receipt.requestedAt} />}{' '}
            <Link to="/jobs/$id" params={{ id: job.id }}>
              <Name of={job.name} />
            </Link>{' '}
            {job.receipt !== null && <ReceiptLink number={job.receipt.number} />}{' '}
            <StatusBadge label={statusLabel(job, false, now)} />
          </List.Item>
        ))}
      </List>
    </>
  );
}
