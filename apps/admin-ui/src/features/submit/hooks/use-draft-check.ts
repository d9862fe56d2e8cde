import type { Problem } from '@renderdeck/contract';
import { useState } from 'react';
import { checkDraft, type Issue } from '../draft/check-draft.ts';
import type { Draft } from '../draft/draft.ts';
import { serverIssues } from '../draft/server-issues.ts';

/** What is wrong with a draft, and which of it the page shows yet. */
export function useDraftCheck(draft: Draft) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState(0);
  const [refused, setRefused] = useState<readonly Issue[]>([]);
  const { issues, input } = checkDraft(draft);
  const all = [...issues, ...refused];
  return {
    input,
    /** Everything wrong, once the user has tried to submit; `asked` counts the tries. */
    summary: asked === 0 ? [] : all,
    asked,
    errorOf: (field: string) =>
      asked > 0 || left.has(field) || refused.some((issue) => issue.field === field)
        ? (all.find((issue) => issue.field === field)?.message ?? null)
        : null,
    leave: (field: string) => setLeft((known) => new Set(known).add(field)),
    /** The user changed something: what the server said is of the draft before. */
    forget: () => setRefused([]),
    startAnew: () => {
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
