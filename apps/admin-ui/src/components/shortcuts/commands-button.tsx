import styles from './commands-button.module.css';
import { GLOBAL_SHORTCUTS } from './shortcut-list.ts';
import { actionOf } from './use-shortcut.ts';

/** Opens the commands, as its keys do. On a narrow page only its glyph is seen. */
export function CommandsButton() {
  return (
    <button type="button" className={styles.button} onClick={() => actionOf('commands')?.()}>
      <svg className={styles.glyph} viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="7" cy="7" r="4.5" />
        <path d="M10.5 10.5 14 14" />
      </svg>
      <span className={styles.word}>Commands</span>
      <kbd>{GLOBAL_SHORTCUTS.commands.keys.join(' ')}</kbd>
    </button>
  );
}
