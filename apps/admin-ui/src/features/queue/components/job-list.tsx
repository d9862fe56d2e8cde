import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { type MouseEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { listHostsOptions, useSilentHosts } from '../../../api/list-hosts.ts';
import { useMe } from '../../../api/me.ts';
import type { OpenJobDialog } from '../../../components/job-dialog-request.ts';
import { Strip } from '../../../components/strip.tsx';
import { useConnection } from '../../../live/use-connection.ts';
import { explainNoHost } from '../api/explain-no-host.ts';
import type { QueueFilter } from '../api/queue-search.ts';
import { rowsOnScreen } from '../hooks/list-viewport.ts';
import { useLiveList } from '../hooks/use-live-list.ts';
import { useRowShortcuts } from '../hooks/use-row-shortcuts.ts';
import type { VisibleJobs } from '../hooks/use-visible-jobs.ts';
import { CARD_PX, JobCards } from './job-cards.tsx';
import { JobTable, TABLE_ROW_PX } from './job-table.tsx';
import { ListStrip } from './list-strip.tsx';
import styles from './queue.module.css';
import { ListFailed, ListIsEmpty } from './queue-states.tsx';
import { RowMenu, useRowMenu } from './row-menu.tsx';
import type { RowsProps } from './rows-props.ts';

type Props = {
  filter: QueueFilter;
  /** The selected job. */
  selected: string | null;
  onSelect: (id: string) => void;
  onClearFilter: () => void;
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
    copyId: (id) =>
      void navigator.clipboard.writeText(id).then(
        () => setMessage('Id copied.'),
        () => setMessage('Not copied: the browser does not allow it here.'),
      ),
  };
}

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

type JobRowsProps = {
  filter: QueueFilter;
  server: VisibleJobs['list'];
  narrow: boolean;
  onClearFilter: () => void;
  rows: RowsProps;
};

/** The rows, or why there are none. */
function JobRows({ filter, server, narrow, onClearFilter, rows }: JobRowsProps) {
  const { isLoaded, error } = server;
  return (
    <>
      {narrow ? (
        <JobCards {...rows} />
      ) : (
        <JobTable {...rows} show={filter.show} loading={!isLoaded && error === null} />
      )}
      {isLoaded && rows.order.count === 0 && (
        <ListIsEmpty filter={filter} onClear={onClearFilter} />
      )}
      {!isLoaded && error !== null && (
        <ListFailed error={error} at={server.failedAt} onRetry={server.refetch} />
      )}
    </>
  );
}

/** Says that no host can take the waiting jobs. Nothing while that is not known. */
function NoHostBanner({ queued }: { queued: number }) {
  const { state } = useConnection();
  const { data } = useQuery(listHostsOptions(useApi()));
  if (queued === 0 || data === undefined || state.kind !== 'live') return null;
  const why = explainNoHost(data.hosts);
  if (why === null) return null;
  return (
    <Strip mt={8} mb={0} style={{ borderLeftWidth: 4, overflowWrap: 'anywhere' }}>
      <strong>Jobs wait and no host can take them.</strong> {why} <Link to="/hosts">Hosts</Link>
    </Strip>
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
