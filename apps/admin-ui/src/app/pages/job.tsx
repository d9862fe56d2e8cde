import { createRoute } from '@tanstack/react-router';
import { type JobTab, readJobTab } from '../../features/job/components/job-tab.ts';
import { useJobDialogs } from '../job-dialogs.tsx';
import { lazyPage } from '../lazy-page.tsx';
import { authenticated } from './root.tsx';

const JobPage = lazyPage(
  async () => (await import('../../features/job/components/job-page.tsx')).JobPage,
);

export const job = createRoute({
  getParentRoute: () => authenticated,
  path: '/jobs/$id',
  validateSearch: ({ tab }: Record<string, unknown>): { tab?: JobTab } =>
    tab === undefined ? {} : { tab: readJobTab(tab) },
  component: function Job() {
    const { id } = job.useParams();
    const { tab = 'overview' } = job.useSearch();
    const { openJobDialog } = useJobDialogs();
    return <JobPage key={id} id={id} tab={tab} openJobDialog={openJobDialog} />;
  },
});
