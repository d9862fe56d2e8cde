import { useMediaQuery } from '@mantine/hooks';
import { DEFAULT_JOB_SORT } from '@renderdeck/contract';
import { useRouter } from '@tanstack/react-router';
import { type MouseEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { useSilentHosts } from '../../../api/list-hosts.ts';
import { useMe } from '../../../api/me.ts';
import { copyText, NOT_COPIED } from '../../../components/copy-text.ts';
import type { OpenJobDialog } from '../../../components/job-dialog-request.ts';
import { isFiltered, type QueueFilter } from '../api/queue-search.ts';
import { rowsOnScreen } from '../hooks/list-viewport.ts';
import { useLiveList } from '../hooks/use-live-list.ts';
import { useRowShortcuts } from '../hooks/use-row-shortcuts.ts';
import type { VisibleJobs } from '../hooks/use-visible-jobs.ts';
import { CARD_PX, JobCards } from './job-cards.tsx';
import { JobTable, TABLE_ROW_PX } from './job-table.tsx';
import { ListNotice } from './list-notice.tsx';
import styles from './queue.module.css';
import { ListFailed, ListIsEmpty } from './queue-states.tsx';
import { RowMenu, useRowMenu } from './row-menu.tsx';
import type { RowsProps } from './rows-props.ts';

type Props = {
  filter: QueueFilter;
  /** The selected job. */
  selected: string | null;
  onSelect: (id: string) => void;
  setFilter: (filter: QueueFilter) => void;
  /** Where the list says what changed; null until it is there. */
  notice: HTMLElement | null;
  dialogOpen: boolean;
  openJobDialog: OpenJobDialog;
};

const SHOWN_MS = 4_000;

/** Copies the id of a job, and says for 4 s whether that worked. */
function useCopiedId(): { message: string | null; copyId: (id: string) => void } {
  const { announcer } = useApi();
  const [message, setMessage] = useState<string | null>(null);
  useEffect(() => {
    if (message === null) return;
    announcer.say(message);
    const timer = setTimeout(() => setMessage(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [announcer, message]);
  return {
    message,
    copyId: async (id) => setMessage((await copyText(id)) ? 'Id copied.' : NOT_COPIED),
  };
}

/** The jobs of one filter: a table, or cards in a narrow window. */
export function JobList({ filter, selected, onSelect, setFilter, notice, ...dialogs }: Props) {
  const { dialogOpen, openJobDialog } = dialogs;
  const { can } = useMe();
  const list = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLElement>(null);
  const setRows = useCallback((node: HTMLElement | null) => {
    rows.current = node;
  }, []);
  const narrow = useMediaQuery('(max-width: 900px)', false, { getInitialValueInEffect: false });
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
  const counts = isFiltered(filter) || filter.open === true ? null : (order.counts ?? null);
  const emptyAt = counts === null ? null : (server.queue?.emptyAt ?? null);
  const shared = { order, plan, counts, emptyAt, frozen, tabStop, selected, silentHosts };

  return (
    <section className={styles.list} aria-label="List of jobs">
      <ListNotice place={notice} filter={filter} list={live} message={message} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: each shortcut has a button */}
      <div ref={list} onKeyDown={onKeyDown} onClick={onClick} className={styles.rows}>
        <JobRows
          filter={filter}
          server={server}
          narrow={narrow}
          setFilter={setFilter}
          rows={{ ...shared, rows: setRows, onMenu, moved: live.pending.moved }}
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

type JobRowsProps = {
  filter: QueueFilter;
  server: VisibleJobs['list'];
  narrow: boolean;
  setFilter: (filter: QueueFilter) => void;
  rows: RowsProps;
};

/** The rows, or why there are none. */
function JobRows({ filter, server, narrow, setFilter, rows }: JobRowsProps) {
  const { isLoaded, error } = server;
  return (
    <>
      {narrow ? (
        <JobCards {...rows} />
      ) : (
        <JobTable
          {...rows}
          show={filter.show}
          loading={!isLoaded && error === null}
          sort={filter.sort ?? DEFAULT_JOB_SORT}
          onSort={(sort) => setFilter({ ...filter, sort })}
        />
      )}
      {isLoaded && rows.order.count === 0 && <ListIsEmpty filter={filter} setFilter={setFilter} />}
      {!isLoaded && error !== null && (
        <ListFailed error={error} at={server.failedAt} onRetry={server.refetch} />
      )}
    </>
  );
}

/** Follows the links of the list without loading the page again; other clicks select a row. */
function useListClicks(onSelect: (id: string) => void): (event: MouseEvent) => void {
  const { history } = useRouter();
  return (event) => {
    const { target } = event;
    if (!(target instanceof Element)) return;
    const link = target.closest('a');
    if (link !== null) {
      if (!isPlain(event)) return;
      event.preventDefault();
      history.push(link.getAttribute('href') ?? '/queue');
    } else if (target.closest('button') === null && !isTextSelected()) {
      const id = target.closest<HTMLElement>('[data-job]')?.dataset.job;
      if (id !== undefined) onSelect(id);
    }
  };
}

/** A click with a modifier opens a new tab or window. */
function isPlain({ button, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean {
  return button === 0 && !ctrlKey && !metaKey && !shiftKey && !altKey;
}

function isTextSelected(): boolean {
  return document.getSelection()?.isCollapsed === false;
}
