import { Button, Drawer } from '@mantine/core';
import type { MeOutput } from '@renderdeck/contract';
import { Link, type LinkProps } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useHosts } from '../../api/list-hosts.ts';
import { useMe } from '../../api/me.ts';
import { useCounts } from '../../api/use-counts.ts';
import { formatNumber } from '../../components/time/format-time.ts';
import { useBackCloses } from '../../components/use-back-closes.ts';
import { NavIcon, type NavIconName } from './nav-icon.tsx';
import styles from './shell.module.css';

type NavPage = {
  readonly label: string;
  readonly icon: NavIconName;
  readonly link: Pick<LinkProps, 'to' | 'search'>;
  /** Whether this user may open it; unset: every signed-in user. */
  readonly isFor?: (can: MeOutput['can']) => boolean;
};

/** The pages of the navigation, in their order. The commands list them too. */
export const NAV_PAGES: readonly NavPage[] = [
  { label: 'Queue', icon: 'queue', link: { to: '/queue', search: { show: 'active' } } },
  { label: 'Hosts', icon: 'hosts', link: { to: '/hosts' } },
  { label: 'Audit', icon: 'audit', link: { to: '/audit' } },
  { label: 'Measures', icon: 'measures', link: { to: '/measures', search: { range: '24h' } } },
  { label: 'Access', icon: 'access', link: { to: '/access' }, isFor: ({ access }) => access },
  { label: 'Notices', icon: 'notices', link: { to: '/notices' } },
];

/** Links to the pages that this user may open. `onFollow` runs when one is followed. */
export function NavLinks({ onFollow }: { onFollow?: () => void }) {
  const { can } = useMe();
  const pages = NAV_PAGES.filter(({ isFor }) => isFor === undefined || isFor(can));
  return (
    <nav aria-label="Pages" className={styles.pages}>
      <ul>
        {pages.map(({ label, icon, link }) => (
          <li key={label}>
            <Link {...link} activeOptions={{ includeSearch: false }} onClick={onFollow}>
              <NavIcon name={icon} />
              {label}
            </Link>
            {icon === 'queue' && <ActiveJobs />}
            {icon === 'hosts' && <HostsWithProblems />}
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** How many jobs run or wait. */
function ActiveJobs() {
  const counts = useCounts();
  if (counts === undefined) return null;
  const active = counts.rendering + counts.cancelling + counts.queued;
  return (
    <span className={styles.count}>
      {formatNumber(active)}
      <span className="visually-hidden"> active</span>
    </span>
  );
}

/** How many hosts take no job. Shows nothing if all hosts take jobs. */
function HostsWithProblems() {
  const hosts = useHosts();
  const silent = hosts.filter(({ state, gone }) => state === 'silent' && gone === null).length;
  const problem = hosts.filter(({ state }) => state === 'problem').length;
  if (silent + problem === 0) return null;
  return (
    <span className={styles.problem}>
      {silent > 0 && <span>? {silent} silent</span>}
      {problem > 0 && (
        <span>
          × {problem}
          <span className={silent > 0 ? 'visually-hidden' : ''}> cannot render</span>
        </span>
      )}
    </span>
  );
}

/** On narrow windows: a button that opens the pages. */
export function NavDrawer() {
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpened(false);
    button.current?.focus();
  };
  return (
    <>
      <Button
        ref={button}
        variant="plain"
        size="compact-md"
        h={{ base: 44, sm: 36 }}
        w={44}
        px={0}
        hiddenFrom="md"
        aria-label="Menu"
        aria-expanded={opened}
        aria-haspopup="dialog"
        onClick={() => setOpened(true)}
      >
        <NavIcon name="menu" />
      </Button>
      <Drawer opened={opened} onClose={close} title="Pages" size={260}>
        <DrawerPages onClose={close} onFollow={() => setOpened(false)} />
      </Drawer>
    </>
  );
}

function DrawerPages({ onClose, onFollow }: { onClose: () => void; onFollow: () => void }) {
  useBackCloses(onClose);
  return <NavLinks onFollow={onFollow} />;
}
