import { Button } from '@mantine/core';
import styles from './commands-button.module.css';
import { GLOBAL_SHORTCUTS } from './shortcut-list.ts';
import { actionOf } from './use-shortcut.ts';

/** Opens the commands, as its keys do. On a narrow page only its glyph is seen. */
export function CommandsButton() {
  return (
    <Button
      variant="plain"
      size="compact-md"
      h={{ base: 44, sm: 28 }}
      className={styles.button}
      styles={{ label: { gap: 8 } }}
      onClick={() => actionOf('commands')?.()}
    >
      <svg
        viewBox="0 0 16 16"
        width={16}
        height={16}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        aria-hidden="true"
      >
        <circle cx="7" cy="7" r="4.5" />
        <path d="M10.5 10.5 14 14" />
      </svg>
      <span className={styles.word}>Commands</span>
      <kbd>{GLOBAL_SHORTCUTS.commands.keys.join(' ')}</kbd>
    </Button>
  );
}
