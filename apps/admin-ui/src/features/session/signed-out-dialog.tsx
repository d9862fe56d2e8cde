import { useState } from 'react';
import { useApi } from '../../api/api.ts';
import { Dialog } from '../../components/dialog.tsx';
import { exactTime } from '../../components/time/format-time.ts';
import { SignInForm } from './sign-in-form.tsx';

/** The session ended while somebody worked: the page stays below, and is as it was after signing in again. */
export function SignedOutDialog({ onSignedIn }: { onSignedIn: () => void }) {
  const { clock } = useApi();
  const [at] = useState(clock.now);
  return (
    <Dialog title="Signed out" width={400} onClose={null}>
      <p role="alert">Signed out at {exactTime(at)}. Sign in to go on.</p>
      <SignInForm onSignedIn={onSignedIn} />
    </Dialog>
  );
}
