import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMe } from '../../api/me.ts';
import { CommandsButton } from '../../components/shortcuts/commands-button.tsx';
import { SessionEnd } from '../../features/session/components/session-end.tsx';
import { UserMenu } from '../../features/session/components/user-menu.tsx';
import { useConnection } from '../../live/use-connection.ts';
import { ConnectionStrip } from './connection-strip.tsx';
import { Footer } from './footer.tsx';
import { LiveRegions } from './live-regions.tsx';
import { NavDrawer, NavLinks } from './nav-links.tsx';
import styles from './shell.module.css';
import { useLostFocus } from './use-lost-focus.ts';

/** Header, pages, the page and footer. The page scrolls; the others stay visible. */
export function Shell({ children }: { children: ReactNode }) {
  const { state, gap } = useConnection();
  useLostFocus();
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <header className={styles.header}>
        <NavDrawer />
        <Link to="/queue" search={{ show: 'active' }} className={styles.name}>
          Renderdeck
        </Link>
        <span className={styles.space} />
        <NewVersion />
        <CommandsButton />
        <UserMenu />
      </header>
      <div className={styles.navbar}>
        <NavLinks />
      </div>
      <main id="main" className={styles.main} tabIndex={-1}>
        <ConnectionStrip state={state} gap={gap} />
        <SessionEnd />
        {children}
      </main>
      <Footer state={state} />
      <LiveRegions />
    </div>
  );
}

/**
 * Says that the server serves another build of the page. It never loads it by itself: the user may
 * be in the middle of something.
 */
function NewVersion() {
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
