import { Text } from '@mantine/core';
import {
  MEASURE_RANGES,
  type MeasureRange,
  visibleText,
  type WireFailureGroup,
} from '@renderdeck/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { errorMessage } from '../../../api/describe-failure.ts';
import { LinkButton } from '../../../components/link-button.tsx';
import { Name } from '../../../components/name.tsx';
import { PageHeading } from '../../../components/page-heading.tsx';
import tabs from '../../../components/tab-links.module.css';
import { dayBefore, dayStart } from '../../../components/time/days.ts';
import { formatCount, formatDay, formatNumber } from '../../../components/time/format-time.ts';
import { RelativeTime } from '../../../components/time/times.tsx';
import styles from './failures.module.css';

/** How many days before today each range begins. Its first day is whole. */
const RANGES: Readonly<Record<MeasureRange, { readonly label: string; readonly days: number }>> = {
  '24h': { label: 'Since yesterday', days: 1 },
  '7d': { label: '7 days', days: 7 },
  '30d': { label: '30 days', days: 30 },
};

/** Failed jobs in groups of one reason, the most frequent first. */
export function FailuresPage({ range }: { readonly range: MeasureRange }) {
  const [now] = useState(() => Date.now());
  const since = dayBefore(now, RANGES[range].days);
  const { data, error, refetch } = useFailures(since);
  return (
    <>
      <PageHeading title="Failures" />
      <nav aria-label="Range" className={tabs.tabs}>
        {MEASURE_RANGES.map((one) => (
          <Link
            key={one}
            to="/failures"
            search={{ range: one }}
            aria-current={one === range ? 'page' : undefined}
          >
            {RANGES[one].label}
          </Link>
        ))}
      </nav>
      {error !== null && (
        <Text role="alert" c="var(--rd-error)" my={14}>
          {errorMessage(error)} <LinkButton onClick={() => void refetch()}>Try again</LinkButton>
        </Text>
      )}
      {data === undefined ? (
        error === null && <p role="status">Loading…</p>
      ) : (
        <>
          <p className={styles.sum}>
            {data.count === 0
              ? `No job failed since ${formatDay(dayStart(since))}.`
              : `${data.capped ? 'The newest ' : ''}${formatCount(data.count, 'failed job')} for ` +
                `${formatCount(data.groupCount, 'reason')} since ${formatDay(dayStart(since))}.`}
            {data.groups.length < data.groupCount &&
              ` The ${formatNumber(data.groups.length)} most frequent reasons are shown.`}
          </p>
          <ol className={styles.groups}>
            {data.groups.map((group) => (
              <Group
                key={group.reason}
                group={group}
                most={data.groups[0]?.count ?? 1}
                since={since}
              />
            ))}
          </ol>
        </>
      )}
    </>
  );
}

/** The failures since this day, read again each minute. Old ones stay while new ones load. */
function useFailures(since: string) {
  const input = { from: dayStart(since) };
  const options = useApi().trpc.listFailures.queryOptions(input, { refetchInterval: 60_000 });
  return useQuery({ ...options, placeholderData: keepPreviousData });
}

type GroupProps = {
  readonly group: WireFailureGroup;
  readonly most: number;
  readonly since: string;
};

function Group({ group, most, since }: GroupProps) {
  const { reason, count, newest } = group;
  return (
    <li className={styles.group}>
      <div className={styles.count}>
        <strong>{formatNumber(count)}</strong>
        <span aria-hidden="true" className={styles.bar}>
          <span style={{ width: `${(100 * count) / most}%` }} />
        </span>
      </div>
      <div className={styles.text}>
        <h2>{reason === '' ? 'No reason given' : visibleText(reason)}</h2>
        <NamedCounts label="Hosts" of={group.hosts} all={group.hostCount} />
        <NamedCounts label="Templates" of={group.templates} all={group.templateCount} />
        <p>
          Newest: <RelativeTime at={newest.endedAt} />,{' '}
          <Link to="/jobs/$id" params={{ id: newest.id }} search={{ tab: 'log' }}>
            <Name of={newest.name} />
          </Link>
        </p>
      </div>
      {reason !== '' && (
        <Link
          to="/queue"
          search={{ show: 'ended', reason, from: since }}
          className={styles.show}
          aria-label={`Show jobs that failed for: ${visibleText(reason)}`}
        >
          Show jobs
        </Link>
      )}
    </li>
  );
}

type NamedCountsProps = {
  readonly label: string;
  readonly of: WireFailureGroup['hosts'];
  readonly all: number;
};

function NamedCounts({ label, of, all }: NamedCountsProps) {
  if (of.length === 0) return null;
  return (
    <p>
      {label}:{' '}
      {of.map(({ name, count }, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <Name of={name} /> × {formatNumber(count)}
        </span>
      ))}
      {all > of.length && `, and ${formatNumber(all - of.length)} more`}
    </p>
  );
}
