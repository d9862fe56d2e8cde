import { Text, TextInput } from '@mantine/core';
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { Dialog } from '../../../components/dialog.tsx';
import type { OpenJobDialog } from '../../../components/job-dialog-request.ts';
import { Name } from '../../../components/name.tsx';
import {
  type Command,
  type CommandAction,
  type CommandGroup,
  type CommandPage,
  useCommands,
} from '../hooks/command.ts';
import styles from './commands.module.css';

type Props = {
  pages: readonly CommandPage[];
  actions: readonly CommandAction[];
  /** The selected job. */
  jobId: string | null;
  onGo: (href: string) => void;
  onJobDialog: OpenJobDialog;
  onClose: () => void;
};

/** Finds a job, a host, a page, a list or an action by text. */
export function CommandsDialog({ pages, actions, jobId, onGo, onJobDialog, onClose }: Props) {
  const [text, setText] = useState('');
  const [activeId, setActiveId] = useState<string | null>(null);
  const { groups, status } = useCommands(text, jobId, pages, actions);
  const listId = useId();
  const commands = groups.flatMap((group) => group.commands);
  const active = commands.find(({ id }) => id === activeId) ?? commands[0];

  const choose = ({ does }: Command) => {
    if ('href' in does) onGo(does.href);
    else if ('dialog' in does) onJobDialog(does.dialog);
    else {
      onClose();
      does.run();
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = STEPS[event.key];
    const at = active === undefined ? -1 : commands.indexOf(active);
    if (step !== undefined && commands.length > 0)
      setActiveId(commands[(at + step + commands.length) % commands.length]?.id ?? null);
    else if (event.key === 'Enter' && active !== undefined) choose(active);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title="Commands" width={560} onClose={onClose}>
      <TextInput
        data-autofocus
        aria-label="Job, host or page"
        placeholder="Job, host, page or action"
        dir="auto"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={commands.length > 0}
        aria-controls={listId}
        aria-activedescendant={active === undefined ? undefined : `${listId}-${active.id}`}
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setActiveId(null);
        }}
        onKeyDown={onKeyDown}
      />
      <Text role="status" size="sm" c="dimmed" mih={20} my={6}>
        {status}
      </Text>
      <CommandList id={listId} groups={groups} active={active} onChoose={choose} />
    </Dialog>
  );
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

type CommandListProps = {
  id: string;
  groups: readonly CommandGroup[];
  active: Command | undefined;
  onChoose: (command: Command) => void;
};

/** The commands in their groups. Focus stays in the text field, which names the active one. */
function CommandList({ id, groups, active, onChoose }: CommandListProps) {
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
          <Text aria-hidden size="xs" c="dimmed" px={8} pt={8} pb={2}>
            {title}
          </Text>
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
              <Text span flex={1} miw={0} style={{ overflowWrap: 'anywhere' }}>
                {command.label}
                {command.name !== undefined && <Name of={command.name} />}
              </Text>
              <Text span size="xs" c="dimmed">
                {command.hint}
              </Text>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
