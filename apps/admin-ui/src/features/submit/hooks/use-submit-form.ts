import type { Problem } from '@renderdeck/contract';
import { useCallback, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { useSubmission } from '../api/use-submission.ts';
import type { JobFormView } from '../components/job-form-view.ts';
import { checkDraft, type Issue, type Source, serverIssues } from '../draft/check-draft.ts';
import { type Draft, newDraft, newKey } from '../draft/draft.ts';
import { readJobText, withValue, writeJobText } from '../draft/job-value.ts';
import { dropStoredDraft, readStoredDraft, storeDraft } from '../draft/stored-draft.ts';

export type SubmitForm = ReturnType<typeof useSubmitForm>;

/** A draft with its checks and its submission, from the first letter to the queued job. */
export function useSubmitForm(
  place: string,
  filled: Parameters<typeof useDraft>[1],
  from: Source | null,
) {
  const draft = useDraft(place, filled);
  const [source, setSource] = useState(from);
  const check = useDraftCheck(draft.draft, source);
  const [submitted, setSubmitted] = useState<string | null>(null);
  const [queuedBefore, setQueuedBefore] = useState<string | null>(null);
  const sending = useSubmission({
    onUnconfirmed: () => draft.change({ sent: true }),
    onDone: (jobId) => {
      draft.drop();
      setSubmitted(jobId);
    },
    // A refusal says nothing about an earlier delivery, so `sent` stays as it is.
    onRefused: check.refuse,
    onQueuedBefore: (jobId) => {
      draft.change({ key: newKey(), sent: false });
      setQueuedBefore(jobId);
    },
  });
  const change = (changed: Parameters<typeof draft.change>[0]) => {
    check.forget();
    draft.change(changed);
  };
  const read = readJobText(draft.draft.text);
  return {
    draft,
    check,
    change,
    /** The job as the form shows it; null if the text is not a JSON object. */
    job: read.ok ? viewJob(read.job, check, (text) => change({ text })) : null,
    whyNoJob: read.ok ? null : read.why,
    submitted,
    /** The job of the draft before a change of it; since the change the draft has a new key. */
    queuedBefore,
    sending,
    submit() {
      check.ask();
      if (check.input === null || sending.isSending) return;
      setQueuedBefore(null);
      sending.send(check.input);
    },
    discard() {
      draft.discard();
      sending.forget();
      setQueuedBefore(null);
    },
    startAnother() {
      draft.startAnother();
      setSource(null);
      check.reset();
      setSubmitted(null);
    },
  };
}

function viewJob(
  job: JobFormView['job'],
  { errorOf, leave }: Pick<JobFormView, 'errorOf' | 'leave'>,
  setText: (text: string) => void,
): JobFormView {
  return {
    job,
    errorOf,
    leave,
    set: (path, value) => setText(writeJobText(withValue(job, path, value))),
  };
}

/** The fields of a draft that are not in its JSON. */
const OWN_FIELDS: readonly unknown[] = ['name', 'priority', 'secrets', 'idempotencyKey', 'rerunOf'];

/** What is wrong with a draft, and which errors the page shows already. */
function useDraftCheck(draft: Draft, source: Source | null) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState(0);
  const [refused, setRefused] = useState<readonly Issue[]>([]);
  const { issues, input } = checkDraft(draft, source);
  const all = [...issues, ...refused];
  const isShown = ({ field }: Issue) =>
    asked > 0 || left.has(field) || left.has('json') || refused.some((one) => one.field === field);
  return {
    input,
    /** Everything wrong, once the user has tried to submit; `asked` counts the tries. */
    summary: asked === 0 ? [] : all,
    asked,
    errorOf: (field: string) =>
      all.find((issue) => issue.field === field && isShown(issue))?.message ?? null,
    /** What is wrong with the nexrender job, as far as the page shows it. */
    ofJob: all.filter((issue) => isShown(issue) && !OWN_FIELDS.includes(issue.field.split('.')[0])),
    leave: (field: string) => setLeft((known) => new Set(known).add(field)),
    /** After a change of the draft, what the server said no longer applies. */
    forget: () => setRefused([]),
    reset: () => {
      setRefused([]);
      setLeft(new Set());
      setAsked(0);
    },
    ask: () => setAsked((known) => known + 1),
    refuse: (problem: Problem) => {
      setRefused(serverIssues(problem));
      setAsked((known) => known + 1);
    },
  };
}

/** The draft at this place of the tab's storage; `filled` is what a new one begins with. */
function useDraft(place: string, filled: Partial<Omit<Draft, 'key' | 'sent'>>) {
  const { clock } = useApi();
  const [restored, setRestored] = useState(() => readStoredDraft(place));
  const [draft, setDraft] = useState<Draft>(() => restored ?? newDraft(filled));

  const change = useCallback(
    (changed: Partial<Draft>) =>
      setDraft((known) => {
        const next = { ...known, ...changed };
        storeDraft(place, next, clock.now());
        return next;
      }),
    [clock, place],
  );
  const begin = (next: Draft) => {
    dropStoredDraft(place);
    setRestored(null);
    setDraft(next);
  };
  return {
    draft,
    change,
    /** When the draft was stored that the page began with; null for a new draft. */
    restoredAt: restored?.savedAt ?? null,
    discard: () => begin(newDraft(filled)),
    startAnother: () => begin(newDraft()),
    drop: () => dropStoredDraft(place),
  };
}
