import { TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import type { SubmitForm } from '../hooks/use-submit-form.ts';
import { AssetList } from './asset-list.tsx';
import { JobFile } from './job-file.tsx';
import { fieldId, type JobFormView } from './job-form-view.ts';
import { JobText } from './job-text.tsx';
import { JsonField } from './json-field.tsx';
import { OutputFields } from './output-fields.tsx';
import { PriorityField } from './priority-field.tsx';
import { SecretsField } from './secrets-field.tsx';
import styles from './submit.module.css';
import { SubmitButton } from './submit-button.tsx';
import { TagsField } from './tags-field.tsx';

type Props = { form: SubmitForm; view: 'form' | 'json'; onShowJson: () => void };

/** Name, job and priority of a draft, and the button that sends it. */
export function DraftForm({ form, view, onShowJson }: Props) {
  const { change, check, job, whyNoJob, sending } = form;
  const { name, priority, secrets, text } = form.draft.draft;
  const field = (of: string) => ({ error: check.errorOf(of), onBlur: () => check.leave(of) });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    form.submit();
  };
  return (
    <form onSubmit={onSubmit} noValidate>
      <fieldset className={styles.form} disabled={sending.isSending}>
        <TextInput
          id={fieldId('name')}
          label="Name"
          description="Optional. Else composition and template."
          value={name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          {...field('name')}
        />
        <JobFile onText={(read) => change({ text: read })}>
          {view === 'form' && job !== null && <FormFields view={job} />}
          {view === 'form' && job === null && (
            <p className={styles.problem}>
              {whyNoJob}{' '}
              <button type="button" className="link-button" onClick={onShowJson}>
                Mend it in JSON
              </button>
            </p>
          )}
          {view === 'json' && (
            <JsonField
              text={text}
              onChange={(typed) => change({ text: typed })}
              {...field('json')}
            />
          )}
        </JobFile>
        <SecretsField
          job={job?.job ?? null}
          text={secrets}
          onChange={(typed) => change({ secrets: typed })}
          {...field('secrets')}
        />
        <PriorityField
          text={priority}
          onChange={(typed) => change({ priority: typed })}
          {...field('priority')}
        />
      </fieldset>
      <SubmitButton {...sending} />
    </form>
  );
}

function FormFields({ view }: { view: JobFormView }) {
  return (
    <>
      <JobText
        view={view}
        path={['template', 'src']}
        label="Template"
        description="A path or an address that the hosts can read. It is not uploaded."
      />
      <JobText view={view} path={['template', 'composition']} label="Composition" />
      <TagsField view={view} />
      <OutputFields view={view} />
      <AssetList view={view} />
    </>
  );
}
