import { Textarea } from '@mantine/core';
import { type RefObject, useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { LocatedIssue, Place } from '../draft/locate-issues.ts';
import { fieldId } from './job-form-view.ts';
import styles from './json-field.module.css';

/** As in the style sheet. */
const LINE = { height: 18, above: 8 };
const ROWS = 24;
/** A line that is jumped to has this many lines above it. */
const LINES_ABOVE = 4;

/** Moves focus to a place of the text, and selects it. */
export type JumpToPlace = (place: Place) => void;

type Props = {
  text: string;
  issues: readonly LocatedIssue[];
  jump: RefObject<JumpToPlace | null>;
  onChange: (text: string) => void;
  /** The user has left the field, or has put a whole text into it. */
  onDone: () => void;
};

/** The whole nexrender job as JSON, with numbered lines; the form shows the same job. */
export function JsonField({ text, issues, jump, onChange, onDone }: Props) {
  const input = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(
    jump,
    () => (place: Place) => {
      const field = input.current;
      if (field === null) return;
      field.focus();
      field.setSelectionRange(place.offset, place.offset + place.length);
      field.scrollTop = (place.line - 1 - LINES_ABOVE) * LINE.height;
      field.scrollLeft = 0;
    },
    [],
  );
  const wrong = new Set(issues.map(({ place }) => place?.line));
  return (
    <Textarea
      ref={input}
      id={fieldId('json')}
      label="nexrender job"
      description="What the form does not show is kept."
      rows={ROWS}
      wrap="off"
      classNames={{ input: styles.input }}
      spellCheck={false}
      error={issues.length > 0}
      inputContainer={(children) => (
        <div className={styles.editor}>
          <Lines of={input} text={text} wrong={wrong} />
          {children}
        </div>
      )}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={onDone}
      onPaste={onDone}
    />
  );
}

type LinesProps = {
  of: RefObject<HTMLTextAreaElement | null>;
  text: string;
  wrong: ReadonlySet<number | undefined>;
};

/** The numbers of the lines in view, and marks behind those with errors. */
function Lines({ of, text, wrong }: LinesProps) {
  const [view, setView] = useState({ top: 0, height: ROWS * LINE.height });
  useEffect(() => {
    const field = of.current;
    if (field === null) return;
    const read = () => setView({ top: field.scrollTop, height: field.clientHeight });
    const resized = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(read);
    resized?.observe(field);
    field.addEventListener('scroll', read);
    return () => {
      resized?.disconnect();
      field.removeEventListener('scroll', read);
    };
  }, [of]);
  const count = countLines(text);
  const first = Math.max(1, Math.floor((view.top - LINE.above) / LINE.height) + 1);
  const shown = Math.max(0, Math.min(count - first + 1, Math.ceil(view.height / LINE.height) + 1));
  return (
    <div className={styles.lines} aria-hidden="true">
      {Array.from({ length: shown }, (_, index) => first + index).map((line) => (
        <div
          key={line}
          data-line={line}
          className={wrong.has(line) ? `${styles.line} ${styles.wrong}` : styles.line}
          style={{ top: LINE.above + (line - 1) * LINE.height - view.top }}
        >
          <span>{line}</span>
        </div>
      ))}
    </div>
  );
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
