import { Anchor, Group, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { visibleText, type WireAuditEntry } from '@renderdeck/contract';
import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Api, useApi } from '../../../api/api.ts';
import { errorMessage } from '../../../api/describe-failure.ts';
import { Facts } from '../../../components/facts.tsx';
import { LinkButton } from '../../../components/link-button.tsx';
import { NoValue } from '../../../components/name.tsx';
import { PageHeading } from '../../../components/page-heading.tsx';
import { ReceiptLink } from '../../../components/receipt-link.tsx';
import { formatDateTime, formatNumber } from '../../../components/time/format-time.ts';
import { type AuditInput, type AuditSearch, auditInput, csvAddress } from '../api/audit-filter.ts';
import { AuditFilters } from './audit-filters.tsx';
import { AuditCards, AuditTable } from './audit-table.tsx';
import { describeDeed, describeValues, RESULT_LABELS, receiptOf } from './describe-entry.ts';
import { EntryTarget } from './entry-target.tsx';
import { rowsOf } from './rows-of.ts';

type Props = { search: AuditSearch; onSearch: (search: AuditSearch) => void };

const PAGE_SIZE = 100;
const LOOK_EVERY_MS = 5_000;
const FIRST_PAGE: { readonly cursor?: string } = {};

function listAuditOptions({ client, trpc }: Api, filter: AuditInput) {
  return infiniteQueryOptions({
    queryKey: trpc.listAudit.infiniteQueryKey({ ...filter, limit: PAGE_SIZE }),
    queryFn: ({ pageParam, signal }) =>
      client.listAudit.query({ ...filter, limit: PAGE_SIZE, ...pageParam }, { signal }),
    initialPageParam: FIRST_PAGE,
    getNextPageParam: ({ nextCursor }) => (nextCursor === null ? null : { cursor: nextCursor }),
    // The lines that are shown stay where they are; new ones are counted instead.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** The lines of the log, page by page, the newest first. */
function useAuditList(filter: AuditInput) {
  return useInfiniteQuery(listAuditOptions(useApi(), filter));
}

/** How many lines are newer than the cursor `head`, counted up to one page. */
function useNewerCount(filter: AuditInput, head: string | null, enabled: boolean) {
  const { trpc } = useApi();
  const after = head === null ? {} : { after: head };
  const newer = useQuery(
    trpc.listAudit.queryOptions(
      { ...filter, ...after, limit: PAGE_SIZE },
      { enabled, refetchInterval: LOOK_EVERY_MS, staleTime: 0, gcTime: 0 },
    ),
  );
  const count = enabled ? (newer.data?.entries.length ?? 0) : 0;
  return { count, more: newer.data?.nextCursor != null };
}

/** Who did what, the newest first. New lines are announced, and shown when the user asks. */
export function AuditPage({ search, onSearch }: Props) {
  const filter = useMemo(() => auditInput(search), [search]);
  const list = useAuditList(filter);
  const narrow = useMediaQuery('(max-width: 1100px)', false, { getInitialValueInEffect: false });
  const rows = useMemo(() => rowsOf(list.data?.pages ?? []), [list.data]);
  const first = list.data?.pages[0];
  const newer = useNewerCount(
    filter,
    first?.head ?? null,
    first !== undefined && search.entry === undefined && !list.isFetching,
  );
  const [entry] = first?.entries ?? [];
  const onEnd = () => {
    if (list.hasNextPage && !list.isFetchingNextPage && !list.isError) void list.fetchNextPage();
  };
  const view = { rows, onEnd, busy: list.isFetchingNextPage };
  return (
    <>
      <PageHeading title="Audit">
        <Anchor href={csvAddress(search)} download="audit.csv" ml="auto" mih={24}>
          Export CSV
        </Anchor>
      </PageHeading>
      {first?.whole === false && (
        <Text c="dimmed" mt={8}>
          Only what you did. Ask an admin about what others did.
        </Text>
      )}
      <AuditFilters key={keyOf(search)} search={search} whole={first?.whole} onSearch={onSearch} />
      <Group gap={8} mih={32} fz="sm">
        <Text role="status" inherit>
          {newer.count > 0 &&
            `${formatNumber(newer.count)}${newer.more ? '+' : ''} new ${entriesOf(newer.count)}.`}
        </Text>
        {newer.count > 0 && <LinkButton onClick={() => void list.refetch()}>Show</LinkButton>}
      </Group>
      {search.entry !== undefined && list.isSuccess && (
        <EntryDetails entry={entry} onAll={() => onSearch({})} />
      )}
      {search.entry === undefined &&
        (narrow ? <AuditCards {...view} /> : <AuditTable {...view} loading={list.isPending} />)}
      {list.isSuccess && rows.length === 0 && search.entry === undefined && (
        <p>Nothing in this range.</p>
      )}
      {list.isError && (
        <p role="alert">
          Audit not loaded. {errorMessage(list.error)}{' '}
          <LinkButton onClick={() => void list.refetch()}>Try again</LinkButton>
        </p>
      )}
    </>
  );
}

function entriesOf(count: number): string {
  return count === 1 ? 'entry' : 'entries';
}

/** The fields are filled again when something else changed the address, such as "Back". */
function keyOf({ from, to, did, result }: AuditSearch): string {
  return JSON.stringify([from, to, did, result]);
}

const NONE = <NoValue />;
const DETAILS = {
  item: { padding: '4px 0', borderBottom: '1px solid var(--rd-line)', gap: 8 },
  itemValue: { overflowWrap: 'anywhere' },
} as const;

type EntryDetailsProps = { entry: WireAuditEntry | undefined; onAll: () => void };

/** One line with all that is recorded of it. */
function EntryDetails({ entry, onAll }: EntryDetailsProps) {
  const all = <LinkButton onClick={onAll}>Show all entries</LinkButton>;
  if (entry === undefined) return <p>There is no such entry, or you may not read it. {all}</p>;
  const receipt = receiptOf(entry);
  const facts = [
    ['When', formatDateTime(entry.at)],
    ['Who', `${visibleText(entry.actor.name)} (${entry.actor.kind})`],
    ['Did', describeDeed(entry)],
    ['What', <EntryTarget key="what" entry={entry} />],
    ['Job', entry.jobId ?? NONE],
    ['Change', describeValues(entry) || NONE],
    ['Reason', entry.reason ?? NONE],
    ['Result', `${RESULT_LABELS[entry.result]}${entry.code === null ? '' : ` (${entry.code})`}`],
    ['From', entry.address ?? NONE],
    ['Over', entry.channel],
    ['Request', entry.requestId ?? NONE],
    ['Receipt', receipt === null ? NONE : <ReceiptLink key="receipt" number={receipt} />],
    ['Before', entry.before === null ? NONE : JSON.stringify(entry.before)],
    ['After', entry.after === null ? NONE : JSON.stringify(entry.after)],
    ['Seal', entry.seal === null ? 'Not sealed yet' : `${entry.seal.number}:${entry.seal.hash}`],
  ] as const;
  return (
    <section aria-label="Entry">
      <p>
        Entry {entry.id}. {all}
      </p>
      <Facts labelWidth={88} facts={facts} styles={DETAILS} />
    </section>
  );
}
