import { createRoute } from '@tanstack/react-router';
import {
  readSubmitSearch,
  type SubmitView,
} from '../../features/submit/components/submit-search.ts';
import { lazyPage } from '../lazy-page.tsx';
import { authenticated } from './root.tsx';

const SubmitPage = lazyPage(
  async () => (await import('../../features/submit/components/submit-page.tsx')).SubmitPage,
);

export const submit = createRoute({
  getParentRoute: () => authenticated,
  path: '/submit',
  validateSearch: readSubmitSearch,
  component: function Submit() {
    const { from = null, view = 'form' } = submit.useSearch();
    const navigate = submit.useNavigate();
    const show = (next: SubmitView) =>
      void navigate({
        search: readSubmitSearch({ from, view: next }),
        replace: true,
      });
    return <SubmitPage key={from} from={from} view={view} onView={show} />;
  },
});
