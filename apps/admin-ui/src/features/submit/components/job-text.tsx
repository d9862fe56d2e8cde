import { Text, TextInput } from '@mantine/core';
import type { Json } from '@renderdeck/contract';
import { type Path, valueAt } from '../draft/job-value.ts';
import { fieldProps, type JobFormView } from './job-form-view.ts';

type Props = {
  view: JobFormView;
  path: Path;
  label: string;
  description?: string;
  onChange?: (text: string) => void;
};

/** One text of the job. A value that no text field can show is not changed. */
export function JobText({ view, path, label, description, onChange }: Props) {
  const value = valueAt(view.job, path);
  const isText = value === undefined || value === null || typeof value !== 'object';
  const change = (text: string) =>
    onChange === undefined ? view.set(path, typed(text, value)) : onChange(text);
  return (
    <TextInput
      {...fieldProps(view, path)}
      label={label}
      description={isText ? description : 'Not only a text: see JSON.'}
      readOnly={!isText}
      value={isText ? String(value ?? '') : JSON.stringify(value)}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

/** What the user typed: a number if there was one before, nothing if the field is empty. */
function typed(text: string, before: Json | undefined): Json | undefined {
  if (text === '') return undefined;
  return typeof before === 'number' && String(Number(text)) === text ? Number(text) : text;
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
