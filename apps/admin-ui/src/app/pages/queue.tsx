import { createRoute } from '@tanstack/react-router';
import { readQueueSearch } from '../../features/queue/api/queue-search.ts';
import { QueuePage } from '../../features/queue/components/queue-page.tsx';
import { useJobDialogs } from '../job-dialogs.tsx';
import { authenticated } from './root.tsx';

/** In the first load: it is the page that opens. */
export const queue = createRoute({
  getParentRoute: () => authenticated,
  path: '/queue',
  validateSearch: readQueueSearch,
  component: function Queue() {
    const search = queue.useSearch();
    const navigate = queue.useNavigate();
    const { openJobDialog, isOpen } = useJobDialogs();
    return (
      <QueuePage
        search={search}
        setSearch={(next) => void navigate({ search: next, replace: true })}
        openJobDialog={openJobDialog}
        dialogOpen={isOpen}
      />
    );
  },
});
