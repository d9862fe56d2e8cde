import { usePageTitle } from '../../../hooks/use-page-title.ts';
import styles from './sign-in.module.css';
import { SignInForm } from './sign-in-form.tsx';

export function SignInPage({ onSignedIn }: { onSignedIn: () => void }) {
  usePageTitle('Sign in');
  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <h1 className={styles.title}>Renderdeck</h1>
        <SignInForm onSignedIn={onSignedIn} />
      </div>
    </main>
  );
}
