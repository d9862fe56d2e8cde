import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { UserMenu } from '../../features/session/components/user-menu.tsx';
import { useConnection } from '../../live/use-connection.ts';
import { ConnectionStrip } from './connection-strip.tsx';
import { Footer } from './footer.tsx';
import { HostStrip } from './host-strip.tsx';
import styles from './shell.module.css';

/** Header, hosts, page and footer. The page scrolls; header and footer stay visible. */
export function Shell({ children }: { children: ReactNode }) {
  const { state, gap } = useConnection();
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <header className={styles.header}>
        <Link to="/queue" search={{ show: 'active' }} className={styles.name}>
          Renderdeck
        </Link>
        <nav aria-label="Pages" className={styles.pages}>
          <Link to="/queue" search={{ show: 'active' }} activeOptions={{ includeSearch: false }}>
            Queue
          </Link>
          <Link to="/hosts">Hosts</Link>
        </nav>
        <UserMenu />
      </header>
      <main id="main" className={styles.main} tabIndex={-1}>
        <ConnectionStrip state={state} gap={gap} />
        {children}
      </main>
      <aside className={styles.hosts} aria-label="Hosts">
        <HostStrip />
      </aside>
      <Footer state={state} />
    </div>
  );
}
