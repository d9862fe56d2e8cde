import { useEffect } from 'react';
import type { Command, CommandGroup } from '../hooks/command.ts';
import styles from './commands.module.css';

type Props = {
  id: string;
  groups: readonly CommandGroup[];
  active: Command | undefined;
  onChoose: (command: Command) => void;
};

/** The commands in their groups. Focus stays in the text field, which names the active one. */
export function CommandList({ id, groups, active, onChoose }: Props) {
  const activeId = active?.id;
  useEffect(() => {
    const option = activeId === undefined ? null : document.getElementById(`${id}-${activeId}`);
    option?.scrollIntoView?.({ block: 'nearest' });
  }, [id, activeId]);
  return (
    <div id={id} role="listbox" aria-label="Commands" className={styles.list}>
      {groups.map(({ title, commands }) => (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is no group of options
        <div key={title} role="group" aria-label={title}>
          <div aria-hidden className={styles.title}>
            {title}
          </div>
          {commands.map((command) => (
            // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the text field
            // biome-ignore lint/a11y/useKeyWithClickEvents: the text field has the keys
            <div
              key={command.id}
              id={`${id}-${command.id}`}
              role="option"
              aria-selected={command === active}
              className={styles.option}
              onClick={() => onChoose(command)}
            >
              <span className={styles.label}>{command.label}</span>
              <span className={styles.hint}>{command.hint}</span>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
