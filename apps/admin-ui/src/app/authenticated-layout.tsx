import { problemOf } from '@renderdeck/client/problem';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { Suspense, useEffect } from 'react';
import { useApi } from '../api/api.ts';
import { errorMessage } from '../api/describe-failure.ts';
import { MeContext, meOptions } from '../api/me.ts';
import { lazyChunk, loadChunksWhenIdle } from '../components/lazy-chunk.ts';
import { LinkButton } from '../components/link-button.tsx';
import { followChanges } from '../live/follow-changes.ts';
import { useBrowserNotices } from '../notices/use-browser-notices.ts';
import { JobDialogs } from './job-dialogs.tsx';
import { Keyboard } from './keyboard.tsx';
import { Shell } from './shell/shell.tsx';

const { Component: SignedOutDialog } = lazyChunk(
  async () => (await import('../features/session/components/sign-in-form.tsx')).SignedOutDialog,
);

const RETRY_MS = 3_000;

/** The layout of every page that needs a session; it follows live changes while there is one. */
export function AuthenticatedLayout() {
  const api = useApi();
  const { queryClient, clock } = api;
  const me = useQuery({
    ...meOptions(api),
    // A page that was opened while the server was away is shown when the server answers again.
    refetchInterval: ({ state }) =>
      state.data === undefined && state.error !== null && problemOf(state.error) === null
        ? RETRY_MS
        : false,
  });
  const signedOut = problemOf(me.error)?.code === 'unauthenticated';
  const serverTime = me.data?.serverTime;
  useEffect(() => {
    if (serverTime !== undefined) clock.sync(serverTime);
  }, [clock, serverTime]);

  if (me.data === undefined) {
    if (signedOut) return <RedirectToSignIn />;
    return me.isError ? <ServerUnreachable error={me.error} onRetry={() => me.refetch()} /> : null;
  }
  return (
    <MeContext value={me.data}>
      {!signedOut && <LiveChanges />}
      <BrowserNotices />
      <JobDialogs>
        <Shell>
          <Outlet />
        </Shell>
        {!signedOut && <Keyboard />}
      </JobDialogs>
      <Suspense>
        {signedOut && <SignedOutDialog onSignedIn={() => void queryClient.invalidateQueries()} />}
      </Suspense>
    </MeContext>
  );
}

/** Redirects once, with the current address as the way back. */
function RedirectToSignIn() {
  const router = useRouter();
  useEffect(() => {
    void router.navigate({
      to: '/sign-in',
      search: { to: router.latestLocation.href },
      replace: true,
    });
  }, [router]);
  return null;
}

function LiveChanges() {
  const api = useApi();
  useEffect(() => followChanges(api), [api]);
  useEffect(() => loadChunksWhenIdle(() => api.connection.state().kind === 'live'), [api]);
  return null;
}

function BrowserNotices() {
  useBrowserNotices();
  return null;
}

function ServerUnreachable({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <main>
      <h1>Renderdeck</h1>
      <p role="alert">{errorMessage(error)}</p>
      <p>The page opens as soon as the server answers.</p>
      <LinkButton onClick={onRetry}>Try again</LinkButton>
    </main>
  );
}
