import { useMantineColorScheme } from '@mantine/core';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useMe } from '../api/me.ts';
import { lazyChunk } from '../components/lazy-chunk.ts';
import { useKeysWait, useShortcut, useShortcutKeys } from '../components/shortcuts/use-shortcut.ts';
import { whenIdle } from '../components/when-idle.ts';
import { COLOUR_SCHEMES, useLogout } from '../features/session/components/user-menu.tsx';
import { useJobDialogs } from './job-dialogs.tsx';
import { NAV_PAGES } from './shell/nav-links.tsx';

const loadCommands = () => import('../features/commands/components/commands-dialog.tsx');
const CommandsDialog = lazy(async () => ({ default: (await loadCommands()).CommandsDialog }));
const { Component: ShortcutSheet } = lazyChunk(
  async () => (await import('../features/commands/components/shortcut-sheet.tsx')).ShortcutSheet,
);

type Opened = { readonly layer: 'commands' | 'sheet'; readonly from: Element | null };

/** The keys that work on every page, and what they open: the commands and the list of all keys. */
export function Keyboard() {
  const router = useRouter();
  const { can } = useMe();
  const { openJobDialog, isOpen } = useJobDialogs();
  const [opened, setOpened] = useState<Opened | null>(null);
  const open = (layer: Opened['layer']) => () => setOpened({ layer, from: document.activeElement });
  const close = () => {
    setOpened(null);
    requestAnimationFrame(() => focusOrHeading(opened?.from ?? null));
  };
  const pages = pagesFor(can, Object.keys(router.routesByPath));
  const goTo = (label: string) => {
    const page = pages.find((each) => each.label === label);
    return page === undefined ? null : () => void router.navigate({ href: page.href });
  };
  const actions = useSessionActions();
  useShortcutKeys();
  useKeysWait(opened !== null || isOpen);
  // Loaded early, so that it is there when the first letter is typed.
  useEffect(() => whenIdle(() => void loadCommands()), []);
  useShortcut('sheet', open('sheet'));
  useShortcut('commands', isOpen ? null : open('commands'));
  useShortcut('queue', goTo('Queue'));
  useShortcut('hosts', goTo('Hosts'));
  useShortcut('audit', goTo('Audit'));
  useShortcut('measures', goTo('Measures'));
  useShortcut('submit', goTo('Submit'));
  if (opened === null) return null;
  return (
    <Suspense>
      {opened.layer === 'sheet' && <ShortcutSheet onClose={close} />}
      {opened.layer === 'commands' && (
        <CommandsDialog
          pages={pages}
          actions={actions}
          jobId={jobAt(opened.from) ?? jobOf(router.state.location.href)}
          onGo={(href) => {
            setOpened(null);
            void router.navigate({ href });
          }}
          onJobDialog={(request) => {
            setOpened(null);
            openJobDialog(request);
          }}
          onClose={close}
        />
      )}
    </Suspense>
  );
}

/** What the commands can do by themselves: it changes only this browser and this session. */
function useSessionActions() {
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const logout = useLogout(() => navigate({ to: '/sign-in' }));
  return [
    ...COLOUR_SCHEMES.map(({ scheme, label }) => ({
      label: `Theme: ${label.toLowerCase()}`,
      run: () => setColorScheme(scheme),
    })),
    { label: 'Sign out', run: () => logout.mutate() },
  ];
}

/** The pages that this user may open and that this version has. */
function pagesFor(can: ReturnType<typeof useMe>['can'], paths: readonly string[]) {
  const nav = NAV_PAGES.filter(({ isFor }) => isFor === undefined || isFor(can));
  const listed = nav.map(({ label, link }) => ({ label, href: String(link.to) }));
  const submit = can.submit && paths.includes('/submit');
  return submit ? [...listed, { label: 'Submit', href: '/submit' }] : listed;
}

/** The job of the row that has focus. */
function jobAt(element: Element | null): string | null {
  return element?.closest<HTMLElement>('[data-job]')?.dataset.job ?? null;
}

/** The job that the address names: the one of the page, or the one selected in the queue. */
function jobOf(href: string): string | null {
  const { pathname, searchParams } = new URL(href, window.location.origin);
  return /^\/jobs\/([0-9a-f-]{36})$/.exec(pathname)?.[1] ?? searchParams.get('job');
}

function focusOrHeading(element: Element | null): void {
  const target =
    element instanceof HTMLElement && element.isConnected && element !== document.body
      ? element
      : document.querySelector<HTMLElement>('h1');
  target?.focus({ preventScroll: true });
}
