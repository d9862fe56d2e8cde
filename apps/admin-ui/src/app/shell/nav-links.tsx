import { Button, Drawer } from '@mantine/core';
import type { MeOutput } from '@renderdeck/contract';
import { Link, type LinkProps } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useHosts } from '../../api/list-hosts.ts';
import { useMe } from '../../api/me.ts';
import styles from './shell.module.css';

type NavPage = {
  readonly label: string;
  readonly link: Pick<LinkProps, 'to' | 'search'>;
  /** Whether this user may open it; unset: every signed-in user. */
  readonly isFor?: (can: MeOutput['can']) => boolean;
};

/** The pages of the navigation, in their order. The commands list them too. */
export const NAV_PAGES: readonly NavPage[] = [
  { label: 'Queue', link: { to: '/queue', search: { show: 'active' } } },
  { label: 'Hosts', link: { to: '/hosts' } },
  { label: 'Audit', link: { to: '/audit' } },
  { label: 'Measures', link: { to: '/measures', search: { range: '24h' } } },
  { label: 'Access', link: { to: '/access' }, isFor: ({ access }) => access },
  { label: 'Notices', link: { to: '/notices' } },
];

/** Links to the pages that this user may open. `onFollow` runs when one is followed. */
export function NavLinks({ onFollow }: { onFollow?: () => void }) {
  const { can } = useMe();
  const pages = NAV_PAGES.filter(({ isFor }) => isFor === undefined || isFor(can));
  return (
    <nav aria-label="Pages" className={styles.pages}>
      <ul>
        {pages.map(({ label, link }) => (
          <li key={label}>
            <Link {...link} activeOptions={{ includeSearch: false }} onClick={onFollow}>
              {label}
            </Link>
            {link.to === '/hosts' && <HostsWithProblems />}
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** How many hosts take no job. Shows nothing if all hosts take jobs. */
function HostsWithProblems() {
  const hosts = useHosts();
  const silent = hosts.filter(({ state, gone }) => state === 'silent' && gone === null).length;
  const problem = hosts.filter(({ state }) => state === 'problem').length;
  const parts = [
    ...(silent > 0 ? [`${silent} silent`] : []),
    ...(problem > 0 ? [`${problem} cannot render`] : []),
  ];
  return parts.length === 0 ? null : <span className={styles.problem}>{parts.join(', ')}</span>;
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
        h={36}
        hiddenFrom="md"
        aria-expanded={opened}
        aria-haspopup="dialog"
        onClick={() => setOpened(true)}
      >
        Menu
      </Button>
      <Drawer opened={opened} onClose={close} title="Pages" size={260}>
        <NavLinks onFollow={() => setOpened(false)} />
      </Drawer>
    </>
  );
}
