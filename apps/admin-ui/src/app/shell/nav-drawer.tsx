import { Drawer } from '@mantine/core';
import { useRef, useState } from 'react';
import { NavLinks } from './nav-links.tsx';
import styles from './shell.module.css';

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
      <button
        ref={button}
        type="button"
        className={styles.menuButton}
        aria-expanded={opened}
        aria-haspopup="dialog"
        onClick={() => setOpened(true)}
      >
        Menu
      </button>
      <Drawer
        opened={opened}
        onClose={close}
        title="Pages"
        size={260}
        returnFocus={false}
        transitionProps={{ duration: 0 }}
        closeButtonProps={{ 'aria-label': 'Close' }}
        attributes={{ header: { role: 'none' } }}
      >
        <NavLinks onFollow={() => setOpened(false)} />
      </Drawer>
    </>
  );
}
