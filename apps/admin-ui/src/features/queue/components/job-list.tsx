import { useMediaQuery } from '@mantine/hooks';
import { useCallback, useRef } from 'react';
import { useMe } from '../../../api/me.ts';
import type { OpenJobDialog } from '../../../components/job-dialog-request.ts';
import type { QueueFilter } from '../api/queue-search.ts';
import { rowsOnScreen } from '../hooks/list-viewport.ts';
import { useCopiedId } from '../hooks/use-copied-id.ts';
import { useListClicks } from '../hooks/use-list-clicks.ts';
import { useLiveList } from '../hooks/use-live-list.ts';
import { useRowMenu } from '../hooks/use-row-menu.ts';
import { useRowShortcuts } from '../hooks/use-row-shortcuts.ts';
import { useSilentHosts } from '../hooks/use-silent-hosts.ts';
import { CARD_PX } from './job-cards.tsx';
import { JobRows } from './job-rows.tsx';
import { TABLE_ROW_PX } from './job-table.tsx';
import { ListStrip } from './list-strip.tsx';
import { NoHostBanner } from './no-host-banner.tsx';
import styles from './queue.module.css';
import { RowMenu } from './row-menu.tsx';

type Props = {
  filter: QueueFilter;
  /** The selected job. */
  selected: string | null;
  onSelect: (id: string) => void;
  onClearFilter: () => void;
  dialogOpen: boolean;
  openJobDialog: OpenJobDialog;
};

/** The jobs of one filter: a table, or cards in a narrow window. */
export function JobList({ filter, selected, onSelect, onClearFilter, ...dialogs }: Props) {
  const { dialogOpen, openJobDialog } = dialogs;
  const { can } = useMe();
  const list = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLElement>(null);
  const setRows = useCallback((node: HTMLElement | null) => {
    rows.current = node;
  }, []);
  const narrow = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false });
  const rowHeight = narrow ? CARD_PX : TABLE_ROW_PX;
  const silentHosts = useSilentHosts();
  const menu = useRowMenu(list);
  const busy = dialogOpen || menu.menu !== null;
  const live = useLiveList({ filter, busy, list, rows, rowHeight });
  const { server, order, frozen, plan, tabStop } = live;
  const { message, copyId } = useCopiedId();
  const onKeyDown = useRowShortcuts({
    can,
    openJobDialog,
    copyId,
    showNewOrder: live.showNewOrder,
    openMenu: menu.openAtRow,
    focusAt: (index) => {
      const id = live.focusAt(index);
      if (selected !== null && id !== null) onSelect(id);
    },
    screen: () => rowsOnScreen(rowHeight),
  });
  const onClick = useListClicks(onSelect);
  const onMenu = can.stop || can.prioritise || can.submit ? menu.open : null;
  const shared = { order, plan, rows: setRows, frozen, tabStop, selected, silentHosts, onMenu };

  return (
    <section className={styles.list} aria-label="List of jobs">
      <NoHostBanner queued={server.counts?.queued ?? 0} />
      <ListStrip filter={filter} list={live} message={message} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: each shortcut has a button */}
      <div ref={list} onKeyDown={onKeyDown} onClick={onClick} className={styles.rows}>
        <JobRows
          filter={filter}
          server={server}
          narrow={narrow}
          onClearFilter={onClearFilter}
          rows={{ ...shared, moved: live.pending.moved }}
        />
      </div>
      {menu.menu !== null && (
        <RowMenu
          menu={menu.menu}
          openJobDialog={openJobDialog}
          copyId={copyId}
          onClose={menu.close}
        />
      )}
    </section>
  );
}
