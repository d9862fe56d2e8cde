import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useMe } from '../../api/me.ts';
import { LinkButton } from '../../components/link-button.tsx';
import { findOpenDialog } from '../../components/page-heading.tsx';
import { CommandsButton } from '../../components/shortcuts/commands-button.tsx';
import { SessionEnd } from '../../features/session/components/session-end.tsx';
import { UserMenu } from '../../features/session/components/user-menu.tsx';
import { useConnection } from '../../live/use-connection.ts';
import { ConnectionMessage } from './connection-message.tsx';
import { Footer } from './footer.tsx';
import { LiveRegions } from './live-regions.tsx';
import { NavDrawer, NavLinks } from './nav-links.tsx';
import styles from './shell.module.css';

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
          <Logo />
          <span className={styles.word}>Renderdeck</span>
        </Link>
        <div className={styles.messages}>
          <ConnectionMessage state={state} gap={gap} />
          <SessionEnd />
        </div>
        <NewVersion />
        <CommandsButton />
        <UserMenu />
      </header>
      <div className={styles.navbar}>
        <NavLinks />
      </div>
      <main id="main" className={styles.main} tabIndex={-1}>
        {children}
      </main>
      <Footer state={state} />
      <LiveRegions />
    </div>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <rect width="16" height="14" y="1" rx="3" fill="var(--rd-primary)" />
      <path fill="#fff" d="M6 4.8v6.4L11 8z" />
    </svg>
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
      New version <LinkButton onClick={() => window.location.reload()}>Reload</LinkButton>
    </span>
  );
}

/**
 * When the element that has focus is removed from the page, such as a "Show more" after its last
 * page, moves focus to the dialog on top, else to the page's heading. An element with the attribute
 * data-keeps-focus, such as the list of jobs, restores its focus itself.
 */
function useLostFocus(): void {
  useEffect(() => {
    let last: Element | null = null;
    let keeper: Element | null = null;
    let frame = 0;
    const isLost = () =>
      last?.isConnected === false &&
      keeper?.isConnected !== true &&
      document.activeElement === document.body;
    const catchIt = () => {
      if (!isLost()) return;
      (findOpenDialog() ?? document.querySelector('h1'))?.focus({ preventScroll: true });
    };
    const onFocus = ({ target }: FocusEvent) => {
      if (!(target instanceof Element)) return;
      last = target;
      keeper = target.closest('[data-keeps-focus]');
    };
    // After a click on the empty page, the user wants no focus. Only a removed element loses it.
    const onBlur = ({ target }: FocusEvent) =>
      queueMicrotask(() => {
        if (target === last && last?.isConnected === true) last = null;
      });
    const observer = new MutationObserver(() => {
      if (!isLost()) return;
      cancelAnimationFrame(frame);
      // Waits one frame, so that the code that removed it can choose a better place.
      frame = requestAnimationFrame(catchIt);
    });
    observer.observe(document.body, { childList: true, subtree: true });
    document.addEventListener('focusin', onFocus);
    document.addEventListener('focusout', onBlur);
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('focusout', onBlur);
    };
  }, []);
}
