import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../lazy-page.tsx';
import { authenticated } from './root.tsx';

const NoticesPage = lazyPage(
  async () => (await import('../../features/notices/components/notices-page.tsx')).NoticesPage,
);

export const notices = createRoute({
  getParentRoute: () => authenticated,
  path: '/notices',
  component: NoticesPage,
});
