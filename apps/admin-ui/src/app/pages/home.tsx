import { createRoute, redirect } from '@tanstack/react-router';
import { authenticated } from './root.tsx';

export const home = createRoute({
  getParentRoute: () => authenticated,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/queue', search: { show: 'active' } });
  },
});
