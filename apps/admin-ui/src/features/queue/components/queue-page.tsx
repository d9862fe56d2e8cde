import { useMediaQuery } from '@mantine/hooks';
import type { ListJobsInput } from '@renderdeck/contract';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useHosts } from '../../../api/list-hosts.ts';
import { useMe } from '../../../api/me.ts';
import type { OpenJobDialog } from '../../../components/job-dialog-request.ts';
import { PageHeading } from '../../../components/page-heading.tsx';
import { useJobList } from '../api/list-jobs.ts';
import { useFrozenOrder } from '../hooks/use-frozen-order.ts';
import { useRowShortcuts } from '../hooks/use-row-shortcuts.ts';
import { useScrollAnchor } from '../hooks/use-scroll-anchor.ts';
import { JobCards } from './job-cards.tsx';
import { JobTable } from './job-table.tsx';
import { PendingChangesNotice } from './pending-changes-notice.tsx';
import styles from './queue.module.css';
import { QueueCounts } from './queue-counts.tsx';
import { ListFailed, ListIsEmpty } from './queue-states.tsx';
import { QueueTabs } from './queue-tabs.tsx';
import { type OpenMenu, RowMenu } from './row-menu.tsx';

type Props = {
  show: ListJobsInput['show'];
  /** Only jobs with an open attempt. */
  open: boolean;
  dialogOpen: boolean;
  openJobDialog: OpenJobDialog;
};

/** The live list of jobs: running jobs first, then queued jobs in queue order. */
export function QueuePage({ show, open, dialogOpen, openJobDialog }: Props) {
  const { can, admins } = useMe();
  const list = useJobList({ show, open });
  const silentHosts = useSilentHosts();
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const table = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false });
  const order = useFrozenOrder(useServerOrder(list), dialogOpen || menu !== null, table);
  useScrollAnchor(order.ids, table);
  const mayChange = can.stop || can.prioritise;
  const onKeyDown = useRowShortcuts({ openJobDialog, can, showNewOrder: order.showNewOrder });
  const openMenu = useCallback(
    (id: string, button: HTMLElement) => setMenu({ id, at: button.getBoundingClientRect() }),
    [],
  );
  const rows = {
    ids: order.ids,
    frozen: order.frozen,
    moved: order.pending.moved,
    silentHosts,
    onMenu: mayChange ? openMenu : null,
  };

  return (
    <>
      <PageHeading title="Queue">
        <QueueTabs show={show} open={open} />
      </PageHeading>
      {!mayChange && (
        <p className={styles.viewOnly}>View only. Ask {admins.join(' or ')} to change jobs.</p>
      )}
      <div className={styles.strip}>
        <QueueCounts counts={list.data?.pages[0]?.counts} />
        {order.frozen && (
          <PendingChangesNotice changes={order.pending} onShow={order.showNewOrder} />
        )}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: each shortcut has a button */}
      <div ref={table} onKeyDown={onKeyDown} className={styles.list}>
        {narrow ? <JobCards {...rows} /> : <JobTable {...rows} loading={list.isPending} />}
        {order.ids.length === 0 && list.isSuccess && <ListIsEmpty show={show} open={open} />}
        {list.isError && <ListFailed error={list.error} onRetry={() => void list.refetch()} />}
      </div>
      {list.hasNextPage && (
        <button type="button" className="link-button" onClick={() => list.fetchNextPage()}>
          Show more
        </button>
      )}
      {menu !== null && (
        <RowMenu menu={menu} openJobDialog={openJobDialog} onClose={() => setMenu(null)} />
      )}
    </>
  );
}

/** The order of the server's last answer; a job that moved between two pages appears once. */
function useServerOrder({ data, dataUpdatedAt, refetch }: ReturnType<typeof useJobList>) {
  const ids = useMemo(() => [...new Set(data?.pages.flatMap((page) => page.ids) ?? [])], [data]);
  return { ids, updatedAt: dataUpdatedAt, refetch: () => void refetch() };
}

function useSilentHosts(): ReadonlySet<string> {
  const hosts = useHosts();
  return useMemo(
    () => new Set(hosts.filter(({ state }) => state === 'silent').map(({ name }) => name)),
    [hosts],
  );
}
