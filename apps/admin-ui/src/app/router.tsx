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
import { QueuePage } from '../features/queue/queue-page.tsx';
import { ownPath } from '../features/session/own-path.ts';
import { SignInPage } from '../features/session/sign-in-page.tsx';
import { AuthenticatedLayout } from './authenticated-layout.tsx';
import { useAsk } from './job-dialogs.tsx';

const JobPage = lazy(async () => ({
  default: (await import('../features/job/job-page.tsx')).JobPage,
}));

const HostsPage = lazy(async () => ({
  default: (await import('../features/hosts/hosts-page.tsx')).HostsPage,
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
    const go = () => {
      queryClient.clear();
      jobs.clear();
      router.history.push(ownPath(to, window.location.origin));
    };
    return <SignInPage onSignedIn={go} />;
  },
});
const desk = createRoute({
  getParentRoute: () => root,
  id: 'desk',
  component: AuthenticatedLayout,
});
const home = createRoute({
  getParentRoute: () => desk,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/queue', search: { show: 'active' } });
  },
});
const queue = createRoute({
  getParentRoute: () => desk,
  path: '/queue',
  validateSearch: ({ show }: Record<string, unknown>): { show: 'active' | 'ended' | 'all' } => ({
    show: show === 'ended' || show === 'all' ? show : 'active',
  }),
  component: function Queue() {
    const { show } = queue.useSearch();
    const { ask, open } = useAsk();
    return <QueuePage key={show} show={show} ask={ask} dialogOpen={open} />;
  },
});
const job = createRoute({
  getParentRoute: () => desk,
  path: '/jobs/$id',
  component: function Job() {
    const { id } = job.useParams();
    const { ask } = useAsk();
    return (
      <Suspense>
        <JobPage key={id} id={id} ask={ask} />
      </Suspense>
    );
  },
});

const hosts = createRoute({
  getParentRoute: () => desk,
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
    routeTree: root.addChildren([signIn, desk.addChildren([home, queue, job, hosts])]),
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
