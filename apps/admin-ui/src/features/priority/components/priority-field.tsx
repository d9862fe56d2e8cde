import { TextInput } from '@mantine/core';
import { PRIORITY } from '@renderdeck/contract';
import type { KeyboardEvent } from 'react';
import { clampPriority, parsePriority } from './parse-priority.ts';
import styles from './priority-dialog.module.css';

const STEPS: Readonly<Record<string, number>> = {
  ArrowUp: 1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

type Props = { text: string; onChange: (text: string) => void };

/** A number field and a slider. Wrong input stays in the field, with a message. */
export function PriorityField({ text, onChange }: Props) {
  const value = parsePriority(text);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined || value === null) return;
    event.preventDefault();
    onChange(String(clampPriority(value + (event.shiftKey ? Math.sign(step) * 10 : step))));
  };
  return (
    <>
      <TextInput
        data-autofocus
        label="Priority"
        description={`${PRIORITY.min} to ${PRIORITY.max}. Higher runs first. Equal: older first.`}
        inputMode="numeric"
        role="spinbutton"
        aria-valuemin={PRIORITY.min}
        aria-valuemax={PRIORITY.max}
        aria-valuenow={value ?? undefined}
        error={value === null ? `${PRIORITY.min} to ${PRIORITY.max}` : null}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        onKeyDown={onKeyDown}
      />
      <input
        type="range"
        className={styles.slider}
        aria-label="Priority"
        min={PRIORITY.min}
        max={PRIORITY.max}
        value={value ?? PRIORITY.default}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </>
  );
}
