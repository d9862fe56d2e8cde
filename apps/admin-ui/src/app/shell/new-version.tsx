import { useMe } from '../../api/me.ts';
import styles from './shell.module.css';

/**
 * Says that the server serves another build of the page. It never loads it by itself: the user may
 * be in the middle of something.
 */
export function NewVersion() {
  const { build } = useMe();
  const own = document.querySelector<HTMLMetaElement>('meta[name="build"]')?.content;
  if (build === null || own === undefined || own === build) return null;
  return (
    <span className={styles.newVersion}>
      New version{' '}
      <button type="button" className="link-button" onClick={() => window.location.reload()}>
        Reload
      </button>
    </span>
  );
}
