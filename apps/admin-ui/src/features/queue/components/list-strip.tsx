import type { QueueFilter } from '../api/queue-search.ts';
import type { FrozenOrder } from '../hooks/use-frozen-order.ts';
import type { VisibleJobs } from '../hooks/use-visible-jobs.ts';
import { PendingChangesNotice } from './pending-changes-notice.tsx';
import styles from './queue.module.css';
import { QueueCounts } from './queue-counts.tsx';

type Props = {
  filter: QueueFilter;
  list: Omit<FrozenOrder, 'order'> & { server: VisibleJobs['list'] };
  /** What became of the last copy. */
  message: string | null;
};

/** Above the rows, of one height whatever it says: the counts, and what waits to be shown. */
export function ListStrip({ filter, list, message }: Props) {
  const { server, frozen, pending, showNewOrder } = list;
  return (
    <div className={styles.strip}>
      <QueueCounts counts={server.counts} matching={server.matching} filter={filter} />
      <div className={styles.news}>
        <p>{message}</p>
        {frozen && <PendingChangesNotice changes={pending} onShow={showNewOrder} />}
      </div>
    </div>
  );
}
