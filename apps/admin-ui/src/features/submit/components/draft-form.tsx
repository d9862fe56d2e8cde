import { Box, Fieldset, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import {
  countHidden,
  describeHiddenPlace,
  type Json,
  previewNoHost,
  visibleText,
  warnOfJob,
  warnOfPriority,
} from '@renderdeck/contract';
import type { FormEvent, RefObject } from 'react';
import { useHosts } from '../../../api/list-hosts.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { JobWarnings } from '../../../components/job-warnings.tsx';
import { LinkButton } from '../../../components/link-button.tsx';
import { useServerAway } from '../../../live/use-connection.ts';
import type { useSubmission } from '../api/use-submission.ts';
import { hideDraft } from '../draft/draft.ts';
import { valueAt } from '../draft/job-value.ts';
import type { LocatedIssue } from '../draft/locate-issues.ts';
import type { SubmitForm } from '../hooks/use-submit-form.ts';
import { AssetList } from './asset-list.tsx';
import { IssueList } from './issue-list.tsx';
import { JobFile } from './job-file.tsx';
import { fieldId, type JobFormView } from './job-form-view.ts';
import { JobText } from './job-text.tsx';
import { JsonField, type JumpToPlace } from './json-field.tsx';
import { OutputFields } from './output-fields.tsx';
import { PriorityField } from './priority-field.tsx';
import { TemplateFields } from './template-fields.tsx';

type Props = {
  form: SubmitForm;
  view: 'form' | 'json';
  /** What is wrong with the nexrender job, as far as the page shows it. */
  issues: readonly LocatedIssue[];
  jump: RefObject<JumpToPlace | null>;
  onGo: (issue: LocatedIssue) => void;
  onShowJson: () => void;
};

/** Name, job and priority of a draft, and the button that sends it. */
export function DraftForm({ form, view, issues, jump, onGo, onShowJson }: Props) {
  const { change, check, job, whyNoJob, sending } = form;
  const { name, priority, secrets, text } = form.draft.draft;
  const field = (of: string) => ({ error: check.errorOf(of), onBlur: () => check.leave(of) });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    form.submit();
  };
  return (
    <form onSubmit={onSubmit} noValidate>
      <Fieldset variant="unstyled" m={0} miw={0} disabled={sending.isSending}>
        <Stack>
          <TextInput
            id={fieldId('name')}
            label="Name"
            description="Optional. Without it: composition and template."
            value={name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            {...field('name')}
          />
          <JobFile onText={(read) => change({ text: read })}>
            {view === 'form' && job !== null && <FormFields view={job} />}
            {view === 'form' && job === null && (
              <Text c="var(--rd-error)" style={{ overflowWrap: 'anywhere' }}>
                {whyNoJob} <LinkButton onClick={onShowJson}>Correct it in JSON</LinkButton>
              </Text>
            )}
            {view === 'json' && (
              <JsonField
                text={text}
                issues={issues}
                jump={jump}
                onChange={(typed) => change({ text: typed })}
                onDone={() => check.leave('json')}
              />
            )}
            {view === 'json' && check.asked === 0 && issues.length > 0 && (
              <Box component="section" aria-label="Errors in the JSON" mt={-8}>
                <IssueList issues={issues} withLines onGo={onGo} c="var(--rd-error)" size="sm" />
              </Box>
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
        </Stack>
      </Fieldset>
      <JobWarnings of={warnOfDraft(job?.job, priority)} />
      <SubmitButton {...sending} />
    </form>
  );
}

/** What the server will warn of; nothing before the template is named. */
function warnOfDraft(job: Json | undefined, priority: string): readonly string[] {
  if (job === undefined || !valueAt(job, ['template', 'src'])) return [];
  return [...warnOfJob(job), ...warnOfPriority(job, Number(priority))];
}

const PATH = ['tags'] as const;

/** The tags of the draft; says so while no known host offers them. */
function TagsField({ view }: { view: JobFormView }) {
  const hosts = useHosts();
  const value = valueAt(view.job, PATH);
  // Without any host, or before the first answer, the tags are not the reason.
  const known = typeof value === 'string' && hosts.length > 0;
  const noHost = known ? previewNoHost(value, hosts) : null;
  const what = 'Optional, joined by commas. Only a host that offers all of them gets the job.';
  return (
    <JobText
      view={view}
      path={PATH}
      label="Tags"
      description={noHost === null ? what : `${what} ${noHost}.`}
    />
  );
}

function FormFields({ view }: { view: JobFormView }) {
  return (
    <>
      <TemplateFields view={view} />
      <TagsField view={view} />
      <OutputFields view={view} />
      <AssetList view={view} />
    </>
  );
}

type SecretsFieldProps = {
  job: Json | null;
  text: string;
  error: string | null;
  onChange: (text: string) => void;
  onBlur: () => void;
};

/** Values that the user names as secret, and all that will be hidden of the job. */
function SecretsField({ job, text, error, onChange, onBlur }: SecretsFieldProps) {
  const hidden = job === null ? [] : hideDraft(job, text).hidden;
  return (
    <div>
      <Textarea
        id={fieldId('secrets')}
        label="Secret values"
        description="Optional. One path per line: assets.0.value, assets.*.params.sku. Passwords,
          keys, tokens and signed addresses are hidden without."
        rows={2}
        error={error}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        onBlur={onBlur}
      />
      <Text role="status" aria-label="Hidden values" size="sm" c="dimmed" mih={20} mt={4}>
        {hidden.length > 0 &&
          visibleText(`${countHidden(hidden)}: ${hidden.map(describeHiddenPlace).join(', ')}.`)}
      </Text>
    </div>
  );
}

type SubmitButtonProps = Pick<
  ReturnType<typeof useSubmission>,
  'isSending' | 'isUnconfirmed' | 'openFailure'
>;

/** Sends the draft; says what is known of it while it is on its way. */
function SubmitButton({ isSending, isUnconfirmed, openFailure }: SubmitButtonProps) {
  const isAway = useServerAway() !== null;
  return (
    <Group my={16}>
      <ActionButton
        type="submit"
        h={{ base: 44, sm: 36 }}
        aria-disabled={isSending || undefined}
        aria-describedby="submit-state"
        onClick={(event) => {
          if (isSending) event.preventDefault();
        }}
      >
        Submit
      </ActionButton>
      <Text id="submit-state" role="status">
        {isUnconfirmed && 'Sent, not confirmed. Checking…'}
        {isSending && !isUnconfirmed && 'Sending…'}
        {openFailure !== null && !isSending && `Not confirmed. ${openFailure.detail}`}
        {isAway && !isSending && 'No answer from the server. Your draft is kept in this tab.'}
      </Text>
    </Group>
  );
}
