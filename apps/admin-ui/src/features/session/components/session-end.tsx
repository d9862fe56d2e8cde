import { useQueryClient } from '@tanstack/react-query';
import { Suspense, useEffect, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { meOptions, useMe } from '../../../api/me.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { HeaderMessage } from '../../../components/header-message.tsx';
import { lazyChunk } from '../../../components/lazy-chunk.ts';
import { LinkButton } from '../../../components/link-button.tsx';
import { formatTime } from '../../../components/time/format-time.ts';
import { useNow } from '../../../live/use-now.ts';

const { Component: SignInForm } = lazyChunk(
  async () => (await import('./sign-in-form.tsx')).SignInForm,
);

const WARN_MS = 5 * 60_000;

/**
 * Warns 5 minutes before the session ends, and can prolong it. At the end of its maximum lifetime
 * a session can only be replaced by signing in again; the page stays as it is.
 */
export function SessionEnd() {
  const api = useApi();
  const { session } = useMe();
  const now = useNow(session !== null);
  const queryClient = useQueryClient();
  const [signingIn, setSigningIn] = useState(false);
  const endsAt = session === null ? null : Date.parse(session.endsAt);
  const isNear = endsAt !== null && endsAt - now < WARN_MS && endsAt > now;
  const isOver = endsAt !== null && endsAt <= now;
  const refresh = () => void queryClient.invalidateQueries({ queryKey: meOptions(api).queryKey });

  // The answer says that nobody is signed in, and the layout asks for the password.
  useEffect(() => {
    if (isOver) void queryClient.invalidateQueries({ queryKey: meOptions(api).queryKey });
  }, [isOver, queryClient, api]);

  const { announcer } = api;
  useEffect(() => {
    if (isNear && endsAt !== null)
      announcer.say(`You will be signed out at ${formatTime(endsAt)}.`);
  }, [announcer, isNear, endsAt]);

  if (!isNear || session === null || endsAt === null) return null;
  return (
    <>
      <HeaderMessage
        tone="warning"
        action={
          <LinkButton mr={8} onClick={session.renewable ? refresh : () => setSigningIn(true)}>
            {session.renewable ? 'Stay' : 'Sign in again'}
          </LinkButton>
        }
      >
        You will be signed out at {formatTime(endsAt)}.
      </HeaderMessage>
      {signingIn && (
        <Dialog title="Sign in again" width={400} onClose={() => setSigningIn(false)}>
          <Suspense>
            <SignInForm
              onSignedIn={() => {
                setSigningIn(false);
                refresh();
              }}
            />
          </Suspense>
        </Dialog>
      )}
    </>
  );
}
