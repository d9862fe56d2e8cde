import type { ListJobsOutput } from '@renderdeck/contract';
import { useEffect } from 'react';
import { createPortal } from 'react-dom';
import { useApi } from '../../../api/api.ts';
import { LinkButton } from '../../../components/link-button.tsx';
import { formatCount, formatNumber, formatTime } from '../../../components/time/format-time.ts';
import { useConnection } from '../../../live/use-connection.ts';
import { isFiltered, type QueueFilter } from '../api/queue-search.ts';
import type { PendingChanges } from '../hooks/pending-changes.ts';
import type { FrozenOrder } from '../hooks/use-frozen-order.ts';
import type { VisibleJobs } from '../hooks/use-visible-jobs.ts';

type Props = {
  /** The end of the filter row; null until it is there. */
  place: HTMLElement | null;
  filter: QueueFilter;
  list: Omit<FrozenOrder, 'order'> & { server: VisibleJobs['list'] };
  /** Whether the last copy worked. */
  message: string | null;
};

/**
 * What there is to say of the list, at the end of the filter row, so that it moves no row: the last
 * copy, that nothing can be changed, the changes not shown yet, or how many jobs match.
 */
export function ListNotice({ place, ...props }: Props) {
  return place === null ? null : createPortal(<Notice {...props} />, place);
}

function Notice({ filter, list, message }: Omit<Props, 'place'>) {
  const { server, frozen, pending, showNewOrder } = list;
  const { state } = useConnection();
  if (message !== null) return <p>{message}</p>;
  if (state.kind === 'offline')
    return <p>as of {formatTime(state.since)}; no change can be sent</p>;
  const parts = frozen ? describeChanges(pending) : [];
  if (parts.length > 0) return <PendingChangesNotice parts={parts} onShow={showNewOrder} />;
  return isFiltered(filter) ? <Matching matching={server.matching} /> : null;
}

/** "3 moved, 2 new, 1 ended"; empty while nothing has changed. */
function describeChanges({ moved, added, ended }: PendingChanges): readonly string[] {
  return [
    { count: moved.size, label: 'moved' },
    { count: added.size, label: 'new' },
    { count: ended.size, label: 'ended' },
  ]
    .filter(({ count }) => count > 0)
    .map(({ count, label }) => `${formatNumber(count)} ${label}`);
}

type PendingProps = { parts: readonly string[]; onShow: () => void };

/** "3 moved, 2 new, 1 ended. Show new order U". */
function PendingChangesNotice({ parts, onShow }: PendingProps) {
  const { announcer } = useApi();
  useEffect(() => announcer.say('Order changed. Press U to show it.'), [announcer]);
  return (
    <p>
      {parts.join(', ')}.{' '}
      <LinkButton aria-keyshortcuts="U" onClick={onShow}>
        Show new order <kbd>U</kbd>
      </LinkButton>
    </p>
  );
}

/** "12 jobs match"; beyond a limit the server does not count them. */
function Matching({ matching }: { matching: ListJobsOutput['matching'] | undefined }) {
  if (matching === undefined) return null;
  const more = matching.capped ? ' or more' : '';
  return (
    <p>
      {formatCount(matching.count, 'job')}
      {more} {matching.count === 1 ? 'matches' : 'match'}
    </p>
  );
}
