import { Textarea } from '@mantine/core';
import { countHidden, describeHiddenPlace, type Json, visibleText } from '@renderdeck/contract';
import { hideDraft } from '../draft/hide-draft.ts';
import { fieldId } from './job-form-view.ts';
import styles from './submit.module.css';

type Props = {
  job: Json | null;
  text: string;
  error: string | null;
  onChange: (text: string) => void;
  onBlur: () => void;
};

/** Values that the user names as secret, and all that will be hidden of the job. */
export function SecretsField({ job, text, error, onChange, onBlur }: Props) {
  const hidden = job === null ? [] : hideDraft(job, text).hidden;
  return (
    <div>
      <Textarea
        id={fieldId('secrets')}
        label="Secret values"
        description="Optional. Paths, one a line: assets.0.value, assets.*.params.sku. Passwords,
          keys, tokens and signed addresses are hidden without."
        rows={2}
        error={error}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        onBlur={onBlur}
      />
      <p role="status" aria-label="Hidden values" className={styles.preview}>
        {hidden.length > 0 &&
          visibleText(`${countHidden(hidden)}: ${hidden.map(describeHiddenPlace).join(', ')}.`)}
      </p>
    </div>
  );
}
