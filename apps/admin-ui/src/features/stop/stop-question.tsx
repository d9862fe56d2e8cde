import { Button } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { useGuard } from '../../components/use-guard.ts';
import type { StopQuestion as Question } from './decide-stop-question.ts';
import styles from './stop-dialog.module.css';

type Props = {
  name: string;
  question: Question;
  busy: boolean;
  onKeep: () => void;
  onStop: () => void;
  onSeeReceipt: () => void;
  children: ReactNode;
};

/** The question with its facts and buttons; `children` is the field for a reason, shown only while there is something to stop. */
export function StopQuestion({
  name,
  question,
  busy,
  onKeep,
  onStop,
  onSeeReceipt,
  children,
}: Props) {
  const guarded = useGuard(question.kind === 'ask' ? question.stop : question.kind);
  const safe = useRef<HTMLButtonElement>(null);
  // The question may change under the reader's hands: then the safe button has focus again.
  useEffect(() => safe.current?.focus(), [question.kind]);
  const stop = guarded(onStop);
  const onKeyDown = (event: KeyboardEvent) => {
    if (
      event.key === 'Enter' &&
      (event.ctrlKey || event.metaKey) &&
      question.kind === 'ask' &&
      !busy
    )
      stop();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the button inside, which stays reachable by itself
    <div onKeyDown={onKeyDown}>
      <p className={styles.body}>
        <strong>{name}</strong> {question.body}
      </p>
      {question.kind === 'ask' && (
        <>
          <ul className={styles.facts}>
            {question.facts.map((fact) => (
              <li key={fact}>{fact}</li>
            ))}
          </ul>
          {children}
        </>
      )}
      <div className={styles.buttons}>
        {question.kind === 'ended' ? (
          <Button ref={safe} data-autofocus variant="default" onClick={onKeep}>
            Close
          </Button>
        ) : (
          <Button
            ref={safe}
            data-autofocus
            variant="default"
            onClick={question.kind === 'asked' ? onSeeReceipt : onKeep}
          >
            {question.kind === 'asked' ? 'See receipt' : question.keep}
          </Button>
        )}
        {question.kind === 'ask' && (
          <Button className="danger" aria-disabled={busy} onClick={busy ? undefined : stop}>
            {question.stop}
          </Button>
        )}
      </div>
    </div>
  );
}
