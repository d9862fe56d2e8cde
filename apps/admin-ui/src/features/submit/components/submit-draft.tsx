import { Button } from '@mantine/core';
import { describeNoHost, visibleText } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useJobDetails } from '../../../api/get-job.ts';
import { Name } from '../../../components/name.tsx';
import { formatNumber, formatTime } from '../../../components/time/format-time.ts';
import { useJob } from '../../../live/use-job.ts';
import { useSubmitPreview } from '../api/preview-submit.ts';
import type { Issue } from '../draft/check-draft.ts';
import { type SubmitForm, useSubmitForm } from '../hooks/use-submit-form.ts';
import { DraftForm } from './draft-form.tsx';
import { fieldId } from './job-form-view.ts';
import styles from './submit.module.css';
import type { SubmitView } from './submit-search.ts';

type Props = {
  place: string;
  filled: Parameters<typeof useSubmitForm>[1];
  view: SubmitView;
  onView: (view: SubmitView) => void;
};

/** A draft as a form and as JSON, until it is queued. */
export function SubmitDraft({ place, filled, view, onView }: Props) {
  const form = useSubmitForm(place, filled);
  const { check, submitted } = form;
  // A link of the summary leads to a field that only the JSON has; it is there with the next view.
  const inJson = useRef(false);
  useEffect(() => {
    if (view === 'json' && inJson.current) document.getElementById(fieldId('json'))?.focus();
    inJson.current = false;
  }, [view]);
  const goTo = (field: string) => {
    const target = document.getElementById(fieldId(field));
    if (target !== null) return target.focus();
    inJson.current = true;
    onView('json');
  };
  if (submitted !== null) return <SubmitResult jobId={submitted} onAnother={form.startAnother} />;
  return (
    <>
      <DraftNotices form={form} />
      {check.summary.length > 0 && (
        <ErrorSummary
          key={check.asked}
          issues={check.summary}
          sent={form.draft.draft.sent}
          onGo={goTo}
        />
      )}
      <nav aria-label="Form or JSON" className={styles.views}>
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
      </nav>
      <DraftForm form={form} view={view} onShowJson={() => onView('json')} />
    </>
  );
}

type ErrorSummaryProps = {
  issues: readonly Issue[];
  /** An earlier delivery of the draft may be queued. */
  sent: boolean;
  onGo: (field: string) => void;
};

/** All that is wrong, with a link to each field. It takes focus when it appears. */
function ErrorSummary({ issues, sent, onGo }: ErrorSummaryProps) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  const title = issues.length === 1 ? 'One thing is wrong.' : `${issues.length} things are wrong.`;
  return (
    <section ref={box} className={styles.summary} aria-label={title} tabIndex={-1}>
      <h2>
        {sent ? 'Not confirmed.' : 'Not submitted.'} {title}
      </h2>
      <ul>
        {issues.map(({ field, message }) => (
          <li key={`${field} ${message}`}>
            <button type="button" className="link-button" onClick={() => onGo(field)}>
              {field === 'json' ? message : `${field}: ${message}`}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

type SubmitResultProps = { jobId: string; onAnother: () => void };

/** Where the new job stands now. */
function SubmitResult({ jobId, onAnother }: SubmitResultProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useJobDetails(jobId);
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
    <section className={styles.group}>
      <h2 ref={heading} tabIndex={-1}>
        Queued.{place}
        {left}
      </h2>
      {noHost !== null && <p className={styles.problem}>{visibleText(noHost.whole)}</p>}
      {job !== undefined && (
        <p className={styles.name}>
          <Name of={job.name} />
        </p>
      )}
      <p className={styles.buttons}>
        <Link to="/jobs/$id" params={{ id: jobId }}>
          Open job
        </Link>
        <Button variant="default" onClick={onAnother}>
          Submit another
        </Button>
      </p>
    </section>
  );
}

/** Says that the draft is an old one, and whether it is queued already, or may be. */
function DraftNotices({ form }: { form: SubmitForm }) {
  const { draft, queuedBefore, sending, discard } = form;
  const { restoredAt } = draft;
  const mayBeQueued = draft.draft.sent && !sending.isSending;
  if (queuedBefore !== null) return <QueuedBefore jobId={queuedBefore} onDiscard={discard} />;
  if (restoredAt === null && !mayBeQueued) return null;
  return (
    <p className={styles.notice} role="status">
      {restoredAt !== null &&
        `Draft of ${formatTime(restoredAt).slice(0, 5)} restored. Secrets are not kept. `}
      {mayBeQueued &&
        'It was sent and not confirmed: it may be queued. Submit it again as it was, and it is ' +
          'queued once. '}
      <Discard onDiscard={discard} />
    </p>
  );
}

function QueuedBefore({ jobId, onDiscard }: { jobId: string; onDiscard: () => void }) {
  return (
    <p className={styles.notice} role="alert">
      Not submitted. You changed this draft after it was sent, and as it was then it is queued:{' '}
      <Link to="/jobs/$id" params={{ id: jobId }}>
        open that job
      </Link>
      . Submit again, and the draft as it is now is queued as another job.{' '}
      <Discard onDiscard={onDiscard} />
    </p>
  );
}

function Discard({ onDiscard }: { onDiscard: () => void }) {
  return (
    <button type="button" className="link-button" onClick={onDiscard}>
      Discard
    </button>
  );
}
