import { MEASURE_RANGES, type MeasureRange } from '@renderdeck/contract';
import {
  createRootRouteWithContext,
  createRoute,
  Link,
  Outlet,
  redirect,
  useRouter,
} from '@tanstack/react-router';
import { type Api, useApi } from '../api/api.ts';
import { meOptions } from '../api/me.ts';
import { PageHeading } from '../components/page-heading.tsx';
import { readAuditSearch } from '../features/audit/api/audit-filter.ts';
import { readHostsSearch } from '../features/hosts/components/hosts-search.ts';
import { type JobTab, readJobTab } from '../features/job/components/job-tab.ts';
import { readQueueSearch } from '../features/queue/api/queue-search.ts';
import { QueuePage } from '../features/queue/components/queue-page.tsx';
import { prefetchFirstRows } from '../features/queue/hooks/use-visible-jobs.ts';
import { sameOriginPath } from '../features/session/components/same-origin-path.ts';
import { readSubmitSearch, type SubmitView } from '../features/submit/components/submit-search.ts';
import { AuthenticatedLayout } from './authenticated-layout.tsx';
import { useJobDialogs } from './job-dialogs.tsx';
import { lazyPage } from './lazy-page.tsx';

export const root = createRootRouteWithContext<{ readonly api: Api }>()({ component: Outlet });

/** The parent of every page that needs a session. The loader asks for it, and waits for nothing. */
export const authenticated = createRoute({
  getParentRoute: () => root,
  id: 'authenticated',
  loader: ({ context: { api } }) => void api.queryClient.prefetchQuery(meOptions(api)),
  component: AuthenticatedLayout,
});

/** Every address without a page of its own, so that it keeps header and navigation. */
export const unknown = createRoute({
  getParentRoute: () => authenticated,
  path: '$',
  component: function Unknown() {
    return (
      <>
        <PageHeading title="Nothing here" />
        <p>
          No page has this address.{' '}
          <Link to="/queue" search={{ show: 'active' }}>
            Queue
          </Link>
        </p>
      </>
    );
  },
});

export const home = createRoute({
  getParentRoute: () => authenticated,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/queue', search: { show: 'active' } });
  },
});

const SignInPage = lazyPage(
  async () => (await import('../features/session/components/sign-in-form.tsx')).SignInPage,
);

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

/**
 * This page is part of the first load, because it is the page that opens. The first rows are asked
 * for in the same request as the session, before the page is drawn.
 */
export const queue = createRoute({
  getParentRoute: () => authenticated,
  path: '/queue',
  validateSearch: readQueueSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { api }, deps }) => prefetchFirstRows(api, deps),
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
  validateSearch: readHostsSearch,
  component: function Hosts() {
    const search = hosts.useSearch();
    const navigate = hosts.useNavigate();
    return <HostsPage search={search} onSearch={(next) => void navigate({ search: next })} />;
  },
});

function readRange({ range }: Record<string, unknown>): { range: MeasureRange } {
  return { range: MEASURE_RANGES.find((known) => known === range) ?? '24h' };
}

const MeasuresPage = lazyPage(
  async () => (await import('../features/measures/components/measures-page.tsx')).MeasuresPage,
);

export const measures = createRoute({
  getParentRoute: () => authenticated,
  path: '/measures',
  validateSearch: readRange,
  component: function Measures() {
    return <MeasuresPage range={measures.useSearch().range} />;
  },
});

const FailuresPage = lazyPage(
  async () => (await import('../features/failures/components/failures-page.tsx')).FailuresPage,
);

export const failures = createRoute({
  getParentRoute: () => authenticated,
  path: '/failures',
  validateSearch: readRange,
  component: () => <FailuresPage range={failures.useSearch().range} />,
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
    // An address such as /receipts/x names no receipt.
    const known = /^\d{1,15}$/.test(number) ? Number(number) : null;
    return <ReceiptPage key={number} number={known} />;
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
