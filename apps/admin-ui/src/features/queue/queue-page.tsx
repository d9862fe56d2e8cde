import { useMediaQuery } from '@mantine/hooks';
import type { ListJobsInput } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from 'react';
import { useMe } from '../../api/me.ts';
import { sentenceOf } from '../../api/problem.ts';
import { useHosts, useJobList } from '../../api/use-farm.ts';
import type { AskAboutJob } from '../../components/job-question.ts';
import { PageHeading } from '../../components/page-heading.tsx';
import { HeldNotice } from './held-notice.tsx';
import { JobCards } from './job-cards.tsx';
import { JobTable } from './job-table.tsx';
import styles from './queue.module.css';
import { QueueCounts } from './queue-counts.tsx';
import { type OpenMenu, RowMenu } from './row-menu.tsx';
import { useHeldOrder } from './use-held-order.ts';
import { useRowKeys } from './use-row-keys.ts';
import { useSteadyScroll } from './use-steady-scroll.ts';

type Show = ListJobsInput['show'];
const SHOWN = [
  { show: 'active', word: 'Active', empty: 'Nothing queued.' },
  { show: 'ended', word: 'Ended', empty: 'No job has ended yet.' },
  { show: 'all', word: 'All', empty: 'No job yet.' },
] as const;

type Props = { show: Show; dialogOpen: boolean; ask: AskAboutJob };

/** The live list of jobs: what runs, then what waits in true order. */
export function QueuePage({ show, dialogOpen, ask }: Props) {
  const { can, admins } = useMe();
  const list = useJobList(show);
  const hosts = useHosts();
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const table = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false });
  const trueIds = useMemo(
    () => [...new Set(list.data?.pages.flatMap(({ ids }) => ids) ?? [])],
    [list.data],
  );
  const trueOrder = {
    ids: trueIds,
    updatedAt: list.dataUpdatedAt,
    refresh: () => void list.refetch(),
  };
  const order = useHeldOrder(trueOrder, dialogOpen || menu !== null, table);
  useSteadyScroll(order.ids, table);
  const silent = useMemo(
    () => new Set(hosts.filter(({ state }) => state === 'silent').map(({ name }) => name)),
    [hosts],
  );
  const mayChange = can.stop || can.prioritise;
  const onKeyDown = useRowKeys({ ask, can, showNewOrder: order.showNewOrder });
  const openMenu = useCallback(
    (id: string, button: HTMLElement) => setMenu({ id, at: button.getBoundingClientRect() }),
    [],
  );
  const rows = {
    ids: order.ids,
    held: order.held,
    moved: order.changes.moved,
    silent,
    onMenu: mayChange ? openMenu : null,
  };

  return (
    <>
      <PageHeading title="Queue">
        <nav aria-label="Which jobs" className={styles.shows}>
          {SHOWN.map(({ show: other, word }) => (
            <Link
              key={other}
              to="/queue"
              search={{ show: other }}
              aria-current={other === show ? 'page' : undefined}
            >
              {word}
            </Link>
          ))}
        </nav>
      </PageHeading>
      {!mayChange && (
        <p className={styles.viewOnly}>View only. Ask {admins.join(' or ')} to change jobs.</p>
      )}
      <div className={styles.strip}>
        <QueueCounts counts={list.data?.pages[0]?.counts} />
        {order.held && <HeldNotice changes={order.changes} onShow={order.showNewOrder} />}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: shortcuts for what the rows' own links and buttons offer */}
      <div
        ref={table}
        onKeyDown={(event: KeyboardEvent<HTMLElement>) => onKeyDown(event)}
        className={styles.list}
      >
        {narrow ? <JobCards {...rows} /> : <JobTable {...rows} loading={list.isPending} />}
        {order.ids.length === 0 && list.isSuccess && (
          <p className={styles.empty}>{SHOWN.find((one) => one.show === show)?.empty}</p>
        )}
        {list.isError && (
          <p role="alert" className={styles.empty}>
            Queue not loaded. {sentenceOf(list.error)}{' '}
            <button type="button" className="link-button" onClick={() => list.refetch()}>
              Try again
            </button>
          </p>
        )}
      </div>
      {list.hasNextPage && (
        <button type="button" className="link-button" onClick={() => list.fetchNextPage()}>
          Show more
        </button>
      )}
      {menu !== null && <RowMenu menu={menu} ask={ask} onClose={() => setMenu(null)} />}
    </>
  );
}
