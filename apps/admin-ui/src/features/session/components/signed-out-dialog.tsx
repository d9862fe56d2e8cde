import { useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { formatTime } from '../../../components/time/format-time.ts';
import { SignInForm } from './sign-in-form.tsx';

/** Shown when the session ends during work; the page stays behind it as it was. */
export function SignedOutDialog({ onSignedIn }: { onSignedIn: () => void }) {
  const { clock } = useApi();
  const [at] = useState(clock.now);
  return (
    <Dialog title="Signed out" width={400} onClose={null}>
      <p role="alert">Signed out at {formatTime(at)}. Sign in to go on.</p>
      <SignInForm onSignedIn={onSignedIn} />
    </Dialog>
  );
}
