import { HOST_STATES, MEASURE_RANGES, type MeasureRange } from '@renderdeck/contract';
import {
  createRootRoute,
  createRoute,
  Link,
  Outlet,
  redirect,
  useRouter,
} from '@tanstack/react-router';
import { type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { useApi } from '../api/api.ts';
import { PageHeading } from '../components/page-heading.tsx';
import { readAuditSearch } from '../features/audit/api/audit-filter.ts';
import type { HostsSearch } from '../features/hosts/components/host-table.tsx';
import { type JobTab, readJobTab } from '../features/job/components/job-tab.ts';
import { readQueueSearch } from '../features/queue/api/queue-search.ts';
import { QueuePage } from '../features/queue/components/queue-page.tsx';
import { sameOriginPath } from '../features/session/components/same-origin-path.ts';
import { SignInPage } from '../features/session/components/sign-in-form.tsx';
import { readSubmitSearch, type SubmitView } from '../features/submit/components/submit-search.ts';
import { AuthenticatedLayout } from './authenticated-layout.tsx';
import { useJobDialogs } from './job-dialogs.tsx';

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

export const home = createRoute({
  getParentRoute: () => authenticated,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/queue', search: { show: 'active' } });
  },
});

export const signIn = createRoute({
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

/** This page is part of the first load, because it is the page that opens. */
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

/** A page in a chunk of its own, loaded when it is first shown. */
function lazyPage<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => ReactNode {
  const Page = lazy(async () => ({ default: await load() }));
  return function LazyPage(props: Props) {
    return (
      <Suspense fallback={<PageLoads />}>
        <Page {...props} />
      </Suspense>
    );
  };
}

function PageLoads() {
  return (
    <p role="status" className="page-loads">
      Loading…
    </p>
  );
}

const JobPage = lazyPage(
  async () => (await import('../features/job/components/job-page.tsx')).JobPage,
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

const SubmitPage = lazyPage(async () => {
  await import('../features/submit/configure-zod.ts'); // before the schemas of the next import
  return (await import('../features/submit/components/submit-page.tsx')).SubmitPage;
});

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

const HostsPage = lazyPage(
  async () => (await import('../features/hosts/components/hosts-page.tsx')).HostsPage,
);

export const hosts = createRoute({
  getParentRoute: () => authenticated,
  path: '/hosts',
  validateSearch: (search: Record<string, unknown>): HostsSearch => {
    const state = HOST_STATES.find((one) => one === search.state);
    // The router gives a number if the address has only digits.
    const host = typeof search.host === 'number' ? String(search.host) : search.host;
    return {
      ...(state === undefined ? {} : { state }),
      ...(typeof host === 'string' && host !== '' ? { host } : {}),
    };
  },
  component: function Hosts() {
    const search = hosts.useSearch();
    const navigate = hosts.useNavigate();
    return <HostsPage search={search} onSearch={(next) => void navigate({ search: next })} />;
  },
});

const MeasuresPage = lazyPage(
  async () => (await import('../features/measures/components/measures-page.tsx')).MeasuresPage,
);

export const measures = createRoute({
  getParentRoute: () => authenticated,
  path: '/measures',
  validateSearch: ({ range }: Record<string, unknown>): { range: MeasureRange } => ({
    range: MEASURE_RANGES.find((known) => known === range) ?? '24h',
  }),
  component: function Measures() {
    return <MeasuresPage range={measures.useSearch().range} />;
  },
});

const AuditPage = lazyPage(
  async () => (await import('../features/audit/components/audit-page.tsx')).AuditPage,
);

export const audit = createRoute({
  getParentRoute: () => authenticated,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: function Audit() {
    const search = audit.useSearch();
    const navigate = audit.useNavigate();
    return (
      <AuditPage
        search={search}
        onSearch={(next) => void navigate({ search: next, replace: true })}
      />
    );
  },
});

const NoticesPage = lazyPage(
  async () => (await import('../features/notices/components/notices-page.tsx')).NoticesPage,
);

export const notices = createRoute({
  getParentRoute: () => authenticated,
  path: '/notices',
  component: NoticesPage,
});

const ReceiptPage = lazyPage(
  async () => (await import('../features/receipts/components/receipt-page.tsx')).ReceiptPage,
);

export const receipt = createRoute({
  getParentRoute: () => authenticated,
  path: '/receipts/$number',
  component: function ReceiptOfNumber() {
    const { number } = receipt.useParams();
    return <ReceiptPage key={number} number={Number(number)} />;
  },
});

const AccessPage = lazyPage(
  async () => (await import('../features/access/components/access-page.tsx')).AccessPage,
);

export const access = createRoute({
  getParentRoute: () => authenticated,
  path: '/access',
  component: AccessPage,
});
