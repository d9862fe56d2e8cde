import { useEffect, useRef } from 'react';
import type { Issue } from '../draft/check-draft.ts';
import { useSubmitForm } from '../hooks/use-submit-form.ts';
import { DraftForm } from './draft-form.tsx';
import { DraftNotices } from './draft-notices.tsx';
import { fieldId } from './job-form-view.ts';
import styles from './submit.module.css';
import { SubmitResult } from './submit-result.tsx';
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
