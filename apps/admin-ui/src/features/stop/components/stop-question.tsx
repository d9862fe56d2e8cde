import { Button, List, Text } from '@mantine/core';
import { getHotkeyHandler } from '@mantine/hooks';
import { type ReactNode, type Ref, useEffect, useRef, useState } from 'react';
import { ActionButton } from '../../../components/action-button.tsx';
import { DialogButtons } from '../../../components/dialog.tsx';
import { Name } from '../../../components/name.tsx';
import { visibleSentence } from '../../../components/sentence.ts';
import { useServerAway } from '../../../live/use-connection.ts';
import type { StopQuestion as Question } from './decide-stop-question.ts';

type Props = {
  name: string;
  question: Question;
  busy: boolean;
  onKeep: () => void;
  onStop: () => void;
  onSeeReceipt: () => void;
  /** The field for a reason; shown only while there is something to stop. */
  children: ReactNode;
};

/** The question, what is known of the job, and the buttons; Ctrl+Enter confirms. */
export function StopQuestion({
  name,
  question,
  busy,
  onKeep,
  onStop,
  onSeeReceipt,
  children,
}: Props) {
  const asked = question.kind === 'confirm' ? question.stopLabel : question.kind;
  const ignoreEarly = useIgnoreEarlyClicks(asked);
  const waits = useFirstMoment(asked);
  const isAway = useServerAway() !== null;
  const safeButton = useRef<HTMLButtonElement>(null);
  // When the question changes, focus returns to the safe button.
  useEffect(() => safeButton.current?.focus(), [question.kind]);
  const stop = ignoreEarly(onStop);
  const confirm = () => {
    if (question.kind === 'confirm' && !busy && !isAway) stop();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the button inside
    <div onKeyDown={getHotkeyHandler([['mod+Enter', confirm]])}>
      <Text mb={8} style={{ overflowWrap: 'anywhere' }}>
        <strong>
          <Name of={name} />
        </strong>
        {question.kind === 'confirm' && question.body.startsWith('on ') ? ' ' : '. '}
        {visibleSentence(question.body)}
      </Text>
      {question.kind === 'confirm' && (
        <>
          <List
            size="sm"
            listStyleType="none"
            mb={16}
            px={12}
            py={8}
            bg="var(--rd-bg-hover)"
            bdrs="sm"
          >
            {question.facts.map((fact) => (
              <List.Item key={fact}>{visibleSentence(fact)}</List.Item>
            ))}
          </List>
          {children}
        </>
      )}
      <StopButtons
        question={question}
        safeButton={safeButton}
        busy={busy}
        waits={waits}
        onKeep={onKeep}
        onStop={stop}
        onSeeReceipt={onSeeReceipt}
      />
    </div>
  );
}

type StopButtonsProps = {
  question: Question;
  safeButton: Ref<HTMLButtonElement>;
  busy: boolean;
  /** The red button ignores clicks for its first moment, and shows that. */
  waits: boolean;
  onKeep: () => void;
  onStop: () => void;
  onSeeReceipt: () => void;
};

/** The safe button, and the red one while there is something to stop. */
function StopButtons({
  question,
  safeButton,
  busy,
  waits,
  onKeep,
  onStop,
  onSeeReceipt,
}: StopButtonsProps) {
  return (
    <DialogButtons wrap="nowrap">
      <Button
        ref={safeButton}
        data-autofocus
        variant="default"
        onClick={question.kind === 'alreadyRequested' ? onSeeReceipt : onKeep}
      >
        {safeLabel(question)}
      </Button>
      {question.kind === 'confirm' && (
        <ActionButton
          variant="danger"
          aria-disabled={busy || waits}
          style={waits ? WAITS : undefined}
          onClick={busy ? undefined : onStop}
        >
          {question.stopLabel}
        </ActionButton>
      )}
    </DialogButtons>
  );
}

const WAITS = { opacity: 0.55, cursor: 'wait' };

function safeLabel(question: Question): string {
  switch (question.kind) {
    case 'confirm':
      return question.keepLabel;
    case 'alreadyRequested':
      return 'See receipt';
    case 'ended':
      return 'Close';
  }
}

const IGNORE_MS = 400;

/**
 * Wraps a click handler so that it does nothing in the first 400 ms after `question` changed.
 * A second click then never confirms a question that has only just appeared.
 */
function useIgnoreEarlyClicks(question: string): (handler: () => void) => () => void {
  const shown = useRef({ question, at: performance.now() });
  useEffect(() => {
    shown.current = { question, at: performance.now() };
  }, [question]);
  return (handler) => () => {
    const { question: current, at } = shown.current;
    if (current === question && performance.now() - at >= IGNORE_MS) handler();
  };
}

/** True in the 400 ms after `question` changed, in which useIgnoreEarlyClicks ignores clicks. */
function useFirstMoment(question: string): boolean {
  const [past, setPast] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setPast(question), IGNORE_MS);
    return () => clearTimeout(timer);
  }, [question]);
  return past !== question;
}
