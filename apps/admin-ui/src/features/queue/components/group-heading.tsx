import type { ListJobsOutput, WireTimeRange } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../../api/api.ts';
import { listHostsOptions } from '../../../api/list-hosts.ts';
import { describeQueueEnd } from '../../../components/estimate/describe-estimate.ts';
import { visibleNode } from '../../../components/name.tsx';
import { formatNumber } from '../../../components/time/format-time.ts';
import { useConnection } from '../../../live/use-connection.ts';
import { explainNoHost } from '../api/explain-no-host.ts';
import type { RowGroup } from '../api/job-order.ts';
import styles from './group-heading.module.css';

const WORDS = { running: 'Rendering', queued: 'Waiting', ended: 'Ended' } as const;

type Props = {
  group: RowGroup;
  /** The counts of the whole farm; null in a filtered list, whose groups are only a part of it. */
  counts: ListJobsOutput['counts'] | null;
  /** When no job waits any more; null if it is not known. */
  emptyAt: WireTimeRange | null;
};

/** "Rendering 11 on 10 of 12 hosts, 1 stopping": what the rows below have in common. */
export function GroupHeading({ group: { kind, size }, counts, emptyAt }: Props) {
  return (
    <span className={styles.heading}>
      <strong>
        {WORDS[kind]} {formatNumber(size)}
      </strong>
      {kind === 'running' && counts !== null && <OnHosts stopping={counts.cancelling} />}
      {kind === 'queued' && emptyAt !== null && (
        <span className={styles.more}>{describeQueueEnd(emptyAt)}</span>
      )}
      {kind === 'queued' && <NoHostCan />}
    </span>
  );
}

/** On how many hosts the jobs render, and which of them do not just render. */
function OnHosts({ stopping }: { stopping: number }) {
  const { data } = useQuery(listHostsOptions(useApi()));
  if (data === undefined) return null;
  const hosts = data.hosts.filter(({ state, gone }) => state !== 'stopped' && gone === null);
  const busy = hosts.filter(({ jobs }) => jobs.length > 0);
  const unknown = busy
    .filter(({ state }) => state === 'silent')
    .reduce((sum, { jobs }) => sum + jobs.length, 0);
  const parts = [
    `on ${busy.length} of ${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'}`,
    ...(stopping > 0 ? [`${stopping} stopping`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
  ];
  return <span className={styles.more}>{parts.join(', ')}</span>;
}

/** Says that no host can take the waiting jobs. Nothing while that is not known. */
function NoHostCan() {
  const { state } = useConnection();
  const { data } = useQuery(listHostsOptions(useApi()));
  if (data === undefined || state.kind !== 'live') return null;
  const why = explainNoHost(data.hosts);
  if (why === null) return null;
  return (
    <span className={styles.trouble} title={why}>
      <strong>Jobs wait and no host can take them.</strong> {visibleNode(why)}{' '}
      <Link to="/hosts">Hosts</Link>
    </span>
  );
}
