import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useApi } from '../api/api.ts';
import { followChanges } from '../api/follow-changes.ts';
import { MeContext } from '../api/me.ts';
import { problemOf, sentenceOf } from '../api/problem.ts';
import { SignedOutDialog } from '../features/session/signed-out-dialog.tsx';
import { JobDialogs } from './job-dialogs.tsx';
import { Shell } from './shell.tsx';

/** What needs a session: asks who is there, follows the farm while somebody is, and asks to sign in where nobody is. */
export function AuthenticatedLayout() {
  const { trpc, queryClient, clock } = useApi();
  const me = useQuery(trpc.me.queryOptions(undefined, { staleTime: 60_000 }));
  const signedOut = problemOf(me.error)?.code === 'unauthenticated';
  const serverTime = me.data?.serverTime;
  useEffect(() => {
    if (serverTime !== undefined) clock.learn(serverTime);
  }, [clock, serverTime]);

  if (me.data === undefined) {
    if (signedOut) return <GoToSignIn />;
    return me.isError ? <NoAnswer error={me.error} onRetry={() => me.refetch()} /> : null;
  }
  return (
    <MeContext value={me.data}>
      {!signedOut && <Follow />}
      <JobDialogs>
        <Shell>
          <Outlet />
        </Shell>
      </JobDialogs>
      {signedOut && <SignedOutDialog onSignedIn={() => void queryClient.invalidateQueries()} />}
    </MeContext>
  );
}

/** Goes there once, with the way back. */
function GoToSignIn() {
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

function Follow() {
  const api = useApi();
  useEffect(() => followChanges(api), [api]);
  return null;
}

function NoAnswer({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <main>
      <h1>Renderdeck</h1>
      <p role="alert">{sentenceOf(error)}</p>
      <button type="button" className="link-button" onClick={onRetry}>
        Try again
      </button>
    </main>
  );
}
