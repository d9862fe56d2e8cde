import { createRootRoute, createRoute, Link, Outlet } from '@tanstack/react-router';
import { PageHeading } from '../../components/page-heading.tsx';
import { AuthenticatedLayout } from '../authenticated-layout.tsx';

export const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

/** The parent of every page that needs a session. */
export const authenticated = createRoute({
  getParentRoute: () => root,
  id: 'authenticated',
  component: AuthenticatedLayout,
});

function NotFound() {
  return (
    <main>
      <PageHeading title="Nothing here" />
      <Link to="/queue" search={{ show: 'active' }}>
        Queue
      </Link>
    </main>
  );
}
