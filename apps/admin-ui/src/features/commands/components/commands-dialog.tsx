import { TextInput } from '@mantine/core';
import { type KeyboardEvent, useId, useState } from 'react';
import { Dialog } from '../../../components/dialog.tsx';
import type { OpenJobDialog } from '../../../components/job-dialog-request.ts';
import type { Command, CommandPage } from '../hooks/command.ts';
import { useCommands } from '../hooks/use-commands.ts';
import { CommandList } from './command-list.tsx';
import styles from './commands.module.css';

type Props = {
  pages: readonly CommandPage[];
  /** The selected job. */
  jobId: string | null;
  onGo: (href: string) => void;
  onJobDialog: OpenJobDialog;
  onClose: () => void;
};

/** Finds a job, a host or a page by text. A command goes there or opens a dialog. */
export function CommandsDialog({ pages, jobId, onGo, onJobDialog, onClose }: Props) {
  const [text, setText] = useState('');
  const [activeId, setActiveId] = useState<string | null>(null);
  const { groups, status } = useCommands(text, jobId, pages);
  const listId = useId();
  const commands = groups.flatMap((group) => group.commands);
  const active = commands.find(({ id }) => id === activeId) ?? commands[0];

  const choose = ({ does }: Command) =>
    'href' in does ? onGo(does.href) : onJobDialog(does.dialog);
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
        placeholder="Job, host or page"
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
      <p role="status" className={styles.status}>
        {status}
      </p>
      <CommandList id={listId} groups={groups} active={active} onChoose={choose} />
    </Dialog>
  );
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
