import { useCallback, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { type Draft, newDraft } from '../draft/draft.ts';
import { dropStoredDraft, readStoredDraft, storeDraft } from '../draft/stored-draft.ts';

/** The draft at this place of the tab's storage; `filled` is what a new one begins with. */
export function useDraft(place: string, filled: Partial<Omit<Draft, 'key' | 'sent'>>) {
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
    /** When the draft was kept that the page began with; null where it is a new one. */
    restoredAt: restored?.savedAt ?? null,
    discard: () => begin(newDraft(filled)),
    startAnother: () => begin(newDraft()),
    drop: () => dropStoredDraft(place),
  };
}
