import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  Outlet,
  redirect,
  useRouter,
} from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useApi } from '../api/api.ts';
import { PageHeading } from '../components/page-heading.tsx';
import { QueuePage } from '../features/queue/components/queue-page.tsx';
import { sameOriginPath } from '../features/session/components/same-origin-path.ts';
import { SignInPage } from '../features/session/components/sign-in-page.tsx';
import { AuthenticatedLayout } from './authenticated-layout.tsx';
import { useJobDialogs } from './job-dialogs.tsx';

const JobPage = lazy(async () => ({
  default: (await import('../features/job/components/job-page.tsx')).JobPage,
}));

const HostsPage = lazy(async () => ({
  default: (await import('../features/hosts/components/hosts-page.tsx')).HostsPage,
}));

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: ({ to }: Record<string, unknown>) => (typeof to === 'string' ? { to } : {}),
  component: function SignIn() {
    const { to } = signIn.useSearch();
    const { queryClient, jobs } = useApi();
    const router = useRouter();
    const onSignedIn = () => {
      queryClient.clear();
      jobs.clear();
      router.history.push(sameOriginPath(to, window.location.origin));
    };
    return <SignInPage onSignedIn={onSignedIn} />;
  },
});
const authenticated = createRoute({
  getParentRoute: () => root,
  id: 'authenticated',
  component: AuthenticatedLayout,
});
const home = createRoute({
  getParentRoute: () => authenticated,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/queue', search: { show: 'active' } });
  },
});
type QueueSearch = { show: 'active' | 'ended' | 'all'; open?: true };
const queue = createRoute({
  getParentRoute: () => authenticated,
  path: '/queue',
  validateSearch: ({ show, open }: Record<string, unknown>): QueueSearch => ({
    show: show === 'ended' || show === 'all' ? show : 'active',
    ...(open === true ? { open } : {}),
  }),
  component: function Queue() {
    const { show, open = false } = queue.useSearch();
    const { openJobDialog, isOpen } = useJobDialogs();
    return (
      <QueuePage
        key={`${show} ${open}`}
        show={show}
        open={open}
        openJobDialog={openJobDialog}
        dialogOpen={isOpen}
      />
    );
  },
});
const job = createRoute({
  getParentRoute: () => authenticated,
  path: '/jobs/$id',
  component: function Job() {
    const { id } = job.useParams();
    const { openJobDialog } = useJobDialogs();
    return (
      <Suspense>
        <JobPage key={id} id={id} openJobDialog={openJobDialog} />
      </Suspense>
    );
  },
});

const hosts = createRoute({
  getParentRoute: () => authenticated,
  path: '/hosts',
  component: function Hosts() {
    return (
      <Suspense>
        <HostsPage />
      </Suspense>
    );
  },
});

export function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren([signIn, authenticated.addChildren([home, queue, job, hosts])]),
    defaultPreload: false,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}

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
