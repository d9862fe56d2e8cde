import { useMediaQuery } from '@mantine/hooks';
import { useMemo } from 'react';
import { errorMessage } from '../../../api/error-message.ts';
import { PageHeading } from '../../../components/page-heading.tsx';
import { formatNumber } from '../../../components/time/format-time.ts';
import { type AuditSearch, auditInput, csvAddress } from '../api/audit-filter.ts';
import { useAuditList, useNewerCount } from '../api/list-audit.ts';
import styles from './audit.module.css';
import { AuditCards } from './audit-cards.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { AuditTable } from './audit-table.tsx';
import { EntryDetails } from './entry-details.tsx';
import { rowsOf } from './rows-of.ts';

type Props = { search: AuditSearch; onSearch: (search: AuditSearch) => void };

/** Who did what, the newest first. New lines are announced; they never push the others. */
export function AuditPage({ search, onSearch }: Props) {
  const filter = useMemo(() => auditInput(search), [search]);
  const list = useAuditList(filter);
  const narrow = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false });
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
        <a className={styles.export} href={csvAddress(search)} download="audit.csv">
          Export CSV
        </a>
      </PageHeading>
      {first?.whole === false && (
        <p className={styles.own}>Only what you did. Ask an admin about what others did.</p>
      )}
      <AuditFilters key={keyOf(search)} search={search} whole={first?.whole} onSearch={onSearch} />
      <div className={styles.strip}>
        <p role="status">
          {newer.count > 0 &&
            `${formatNumber(newer.count)}${newer.more ? '+' : ''} new ${entriesOf(newer.count)}.`}
        </p>
        {newer.count > 0 && (
          <button type="button" className="link-button" onClick={() => void list.refetch()}>
            Show
          </button>
        )}
      </div>
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
          <button type="button" className="link-button" onClick={() => void list.refetch()}>
            Try again
          </button>
        </p>
      )}
    </>
  );
}

function entriesOf(count: number): string {
  return count === 1 ? 'entry' : 'entries';
}

/** The fields start anew when the address was changed from elsewhere, such as by "Back". */
function keyOf({ from, to, did, result }: AuditSearch): string {
  return JSON.stringify([from, to, did, result]);
}
