import { Textarea } from '@mantine/core';
import { fieldId } from './job-form-view.ts';
import styles from './submit.module.css';

type Props = {
  text: string;
  error: string | null;
  onChange: (text: string) => void;
  onBlur: () => void;
};

/** The whole nexrender job as JSON; the form shows the same job. */
export function JsonField({ text, error, onChange, onBlur }: Props) {
  return (
    <Textarea
      id={fieldId('json')}
      label="nexrender job"
      description="What the form does not show is kept."
      rows={24}
      spellCheck={false}
      classNames={{ input: styles.json ?? '' }}
      error={error}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={onBlur}
    />
  );
}
