import { Box, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { describeNoHost, visibleText } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useJobDetails } from '../../../api/get-job.ts';
import { JobWarnings } from '../../../components/job-warnings.tsx';
import { LinkButton } from '../../../components/link-button.tsx';
import { Name } from '../../../components/name.tsx';
import { Notice } from '../../../components/notice.tsx';
import tabs from '../../../components/tab-links.module.css';
import { formatNumber, formatTime } from '../../../components/time/format-time.ts';
import { useJob } from '../../../live/use-job.ts';
import { useSubmitPreview } from '../api/preview-submit.ts';
import type { Source } from '../draft/check-draft.ts';
import type { LocatedIssue } from '../draft/locate-issues.ts';
import { useLocatedIssues } from '../hooks/use-located-issues.ts';
import { type SubmitForm, useSubmitForm } from '../hooks/use-submit-form.ts';
import { DraftForm } from './draft-form.tsx';
import { IssueList } from './issue-list.tsx';
import { fieldId } from './job-form-view.ts';
import type { JumpToPlace } from './json-field.tsx';
import type { SubmitView } from './submit-search.ts';

type Props = {
  place: string;
  filled: Parameters<typeof useSubmitForm>[1];
  /** The job that the new one is an edited copy of. */
  source: Source | null;
  view: SubmitView;
  onView: (view: SubmitView) => void;
};

/** A draft as a form and as JSON, until it is queued. */
export function SubmitDraft({ place, filled, source, view, onView }: Props) {
  const form = useSubmitForm(place, filled, source);
  const { check, submitted } = form;
  const { text } = form.draft.draft;
  const ofJob = useLocatedIssues(text, check.ofJob);
  const summary = useLocatedIssues(text, check.summary);
  // The summary may lead to a field that only the JSON view has. The next render shows it.
  const next = useRef<LocatedIssue | null>(null);
  const jump = useRef<JumpToPlace | null>(null);
  const goTo = (issue: LocatedIssue) => {
    const { field, place } = issue;
    if (view === 'json' && place !== null) return jump.current?.(place);
    const target = document.getElementById(fieldId(field));
    if (target !== null) return target.focus();
    next.current = issue;
    onView('json');
  };
  useEffect(() => {
    const issue = next.current;
    next.current = null;
    if (view !== 'json' || issue === null) return;
    if (issue.place !== null) jump.current?.(issue.place);
    else document.getElementById(fieldId('json'))?.focus();
  }, [view]);
  if (submitted !== null) return <SubmitResult jobId={submitted} onAnother={form.startAnother} />;
  return (
    <>
      <DraftNotices form={form} />
      {check.summary.length > 0 && (
        <ErrorSummary
          key={check.asked}
          issues={summary}
          withLines={view === 'json'}
          sent={form.draft.draft.sent}
          onGo={goTo}
        />
      )}
      <Box component="nav" aria-label="Form or JSON" className={tabs.tabs} mt={8} mb={16}>
        {(['form', 'json'] as const).map((name) => (
          <button
            key={name}
            type="button"
            aria-current={name === view ? 'true' : undefined}
            onClick={() => onView(name)}
          >
            {name === 'form' ? 'Form' : 'JSON'}
          </button>
        ))}
      </Box>
      <DraftForm
        form={form}
        view={view}
        issues={ofJob}
        jump={jump}
        onGo={goTo}
        onShowJson={() => onView('json')}
      />
    </>
  );
}

type ErrorSummaryProps = {
  issues: readonly LocatedIssue[];
  withLines: boolean;
  /** An earlier delivery of the draft may be queued. */
  sent: boolean;
  onGo: (issue: LocatedIssue) => void;
};

/** All that is wrong, with a link to each field. It takes focus when it appears. */
function ErrorSummary({ issues, withLines, sent, onGo }: ErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const title = issues.length === 1 ? 'One thing is wrong.' : `${issues.length} things are wrong.`;
  return (
    <Paper
      component="section"
      ref={box}
      aria-label={title}
      tabIndex={-1}
      my={12}
      px={12}
      py={8}
      bd="2px solid var(--rd-error)"
    >
      <Title order={2} fz="md">
        {sent ? 'Not confirmed.' : 'Not submitted.'} {title}
      </Title>
      <IssueList issues={issues} withLines={withLines} onGo={onGo} mt={4} />
    </Paper>
  );
}

const WRAPS = { overflowWrap: 'anywhere' } as const;

type SubmitResultProps = { jobId: string; onAnother: () => void };

/** The present position of the new job. */
function SubmitResult({ jobId, onAnother }: SubmitResultProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const details = useJobDetails(jobId);
  const job = useJob(jobId);
  const queued = useSubmitPreview(null).data?.queued;
  const place =
    job === undefined || job.position === null
      ? ''
      : ` Position ${formatNumber(job.position)}${
          queued === undefined ? '' : ` of ${formatNumber(Math.max(queued, job.position))}`
        }${job.tags.length > 0 ? ' in the whole queue' : ''}.`;
  const noHost = job === undefined ? null : describeNoHost(job);
  const left = job !== undefined && job.position === null ? ' It has left the queue since.' : '';
  return (
    <Stack gap={12}>
      <Title order={2} fz="md" ref={heading} tabIndex={-1}>
        Queued.{place}
        {left}
      </Title>
      {noHost !== null && (
        <Text c="var(--rd-error)" style={WRAPS}>
          {visibleText(noHost.whole)}
        </Text>
      )}
      <JobWarnings of={details.data?.warnings ?? []} />
      {job !== undefined && (
        <Text style={WRAPS}>
          <Name of={job.name} />
          {job.rerunOf !== null && (
            <>
              , from{' '}
              <Link to="/jobs/$id" params={{ id: job.rerunOf }}>
                the earlier job
              </Link>
            </>
          )}
        </Text>
      )}
      <Group>
        <Link to="/jobs/$id" params={{ id: jobId }}>
          Open job
        </Link>
        <Button variant="default" onClick={onAnother}>
          Submit another
        </Button>
      </Group>
    </Stack>
  );
}

/** Says that the draft was restored, and whether it is, or may be, queued already. */
function DraftNotices({ form }: { form: SubmitForm }) {
  const { draft, queuedBefore, sending, discard } = form;
  const { restoredAt } = draft;
  const mayBeQueued = draft.draft.sent && !sending.isSending;
  if (queuedBefore !== null) return <QueuedBefore jobId={queuedBefore} onDiscard={discard} />;
  if (restoredAt === null && !mayBeQueued) return null;
  return (
    <Notice role="status" my={14}>
      {restoredAt !== null &&
        `Draft of ${formatTime(restoredAt).slice(0, 5)} restored. Secrets are not kept. `}
      {mayBeQueued &&
        'It was sent and not confirmed: it may be queued. Submit it again without a change, and ' +
          'it is queued only once. '}
      <Discard onDiscard={discard} />
    </Notice>
  );
}

function QueuedBefore({ jobId, onDiscard }: { jobId: string; onDiscard: () => void }) {
  return (
    <Notice role="alert" my={14}>
      Not submitted. You changed this draft after it was sent. It is queued as it was then:{' '}
      <Link to="/jobs/$id" params={{ id: jobId }}>
        open that job
      </Link>
      . Submit again, and the draft as it is now is queued as another job.{' '}
      <Discard onDiscard={onDiscard} />
    </Notice>
  );
}

function Discard({ onDiscard }: { onDiscard: () => void }) {
  return <LinkButton onClick={onDiscard}>Discard</LinkButton>;
}
