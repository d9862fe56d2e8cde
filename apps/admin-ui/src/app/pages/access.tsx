import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../lazy-page.tsx';
import { authenticated } from './root.tsx';

const AccessPage = lazyPage(
  async () => (await import('../../features/access/components/access-page.tsx')).AccessPage,
);

export const access = createRoute({
  getParentRoute: () => authenticated,
  path: '/access',
  component: AccessPage,
});
