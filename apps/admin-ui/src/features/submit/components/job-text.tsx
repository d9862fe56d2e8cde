import { Text, TextInput } from '@mantine/core';
import type { Json } from '@renderdeck/contract';
import { useState } from 'react';
import { LinkButton } from '../../../components/link-button.tsx';
import { Name } from '../../../components/name.tsx';
import { type Path, valueAt } from '../draft/job-value.ts';
import { fieldProps, type JobFormView } from './job-form-view.ts';

type Props = {
  view: JobFormView;
  path: Path;
  label: string;
  description?: string;
  /** The id of a list of texts to offer. */
  list?: string;
  onChange?: (text: string) => void;
  /** What the text is turned into when the user leaves the field. */
  turn?: (text: string) => string;
};

/** One text of the job. A value that no text field can show is not changed. */
export function JobText({ view, path, label, description, list, onChange, turn }: Props) {
  const value = valueAt(view.job, path);
  const isText = value === undefined || value === null || typeof value !== 'object';
  const text = isText ? String(value ?? '') : JSON.stringify(value);
  const change = (next: string) =>
    onChange === undefined ? view.set(path, typed(next, value, path)) : onChange(next);
  const turned = useTurned(text, change, turn);
  const { onBlur, ...props } = fieldProps(view, path);
  return (
    <div>
      <TextInput
        {...props}
        label={label}
        description={isText ? description : 'Not only a text: see JSON.'}
        readOnly={!isText}
        list={list}
        autoComplete="off"
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        onBlur={() => {
          turned.leave();
          onBlur();
        }}
      />
      {turn !== undefined && (
        <Text role="status" size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {turned.from !== null && (
            <>
              Turned into the form that nexrender takes. It was <Name of={turned.from} />.{' '}
              <LinkButton onClick={turned.undo}>Undo</LinkButton>
            </>
          )}
        </Text>
      )}
    </div>
  );
}

/** Turns a path when the user leaves its field, and can undo that. */
function useTurned(
  text: string,
  change: (text: string) => void,
  turn: (text: string) => string = (same) => same,
) {
  const [last, setLast] = useState<{ readonly from: string; readonly to: string } | null>(null);
  const isTurned = last !== null && last.to === text && last.from !== last.to;
  return {
    /** What the user typed; null if the text is not what it was turned into. */
    from: isTurned ? last.from : null,
    leave() {
      // After an undo the text stays as the user wants it.
      const to = last?.to === text ? text : turn(text);
      if (to === text) return;
      setLast({ from: text, to });
      change(to);
    },
    undo() {
      if (last === null) return;
      setLast({ from: last.from, to: last.from });
      change(last.from);
    },
  };
}

/** What the user typed: a number for a frame or if there was one, nothing for an empty field. */
function typed(text: string, before: Json | undefined, path: Path): Json | undefined {
  if (text === '') return undefined;
  const isNumber = typeof before === 'number' || /^frame(Start|End)$/.test(String(path.at(-1)));
  return isNumber && String(Number(text)) === text ? Number(text) : text;
}

/** Names the fields that only the JSON shows, so that nobody thinks they are lost. */
export function OtherFields({
  names,
  shown,
}: {
  names: readonly string[];
  shown: readonly string[];
}) {
  const others = names.filter((name) => !shown.includes(name));
  if (others.length === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      Only in JSON: {others.join(', ')}.
    </Text>
  );
}
