import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { useIgnoreEarlyClicks } from '../../../hooks/use-ignore-early-clicks.ts';
import type { StopQuestion as Question } from './decide-stop-question.ts';
import { StopButtons } from './stop-buttons.tsx';
import styles from './stop-dialog.module.css';

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
  const ignoreEarly = useIgnoreEarlyClicks(
    question.kind === 'confirm' ? question.stopLabel : question.kind,
  );
  const safeButton = useRef<HTMLButtonElement>(null);
  // When the question changes, focus returns to the safe button.
  useEffect(() => safeButton.current?.focus(), [question.kind]);
  const stop = ignoreEarly(onStop);
  const onKeyDown = (event: KeyboardEvent) => {
    const confirms = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
    if (confirms && question.kind === 'confirm' && !busy) stop();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the button inside
    <div onKeyDown={onKeyDown}>
      <p className={styles.body}>
        <strong>{name}</strong> {question.body}
      </p>
      {question.kind === 'confirm' && (
        <>
          <ul className={styles.facts}>
            {question.facts.map((fact) => (
              <li key={fact}>{fact}</li>
            ))}
          </ul>
          {children}
        </>
      )}
      <StopButtons
        question={question}
        safeButton={safeButton}
        busy={busy}
        onKeep={onKeep}
        onStop={stop}
        onSeeReceipt={onSeeReceipt}
      />
    </div>
  );
}
