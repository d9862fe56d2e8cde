import { type Ref, Suspense, useId, useState } from 'react';
import { lazyChunk } from '../../../components/lazy-chunk.ts';
import { LinkButton } from '../../../components/link-button.tsx';
import {
  isFiltered,
  type QueueFilter,
  readQueueSearch,
  withoutFilter,
} from '../api/queue-search.ts';
import styles from './filter-bar.module.css';
import { FilterSearch } from './filter-search.tsx';

/** The rows come first. The height of the filter is fixed, so the menus move nothing. */
const { Component: FilterMenus } = lazyChunk(
  async () => (await import('./filter-menus.tsx')).FilterMenus,
);

type Props = {
  filter: QueueFilter;
  onChange: (filter: QueueFilter) => void;
  /** The place at the end of the row where the list says what changed. */
  notice: Ref<HTMLDivElement>;
};

/** The filter of the list, in one row. The address of the page contains all of it. */
export function FilterBar({ filter, onChange, notice }: Props) {
  const [unfolded, setUnfolded] = useState(false);
  const [isUsed, setUsed] = useState(false);
  const id = useId();
  const set = (changes: Record<string, unknown>) =>
    onChange(readQueueSearch({ ...filter, ...changes }));
  const use = () => setUsed(true);
  return (
    <search className={styles.bar} onPointerEnter={use} onFocus={use}>
      <FilterSearch
        label="Find a job by name or id"
        value={filter.q ?? ''}
        onChange={(q) => set({ q })}
      />
      <button
        type="button"
        className={styles.unfold}
        aria-expanded={unfolded}
        aria-controls={id}
        onClick={() => setUnfolded(!unfolded)}
      >
        Filter
      </button>
      <div id={id} className={styles.more} data-unfolded={unfolded || undefined}>
        <Suspense>
          <FilterMenus filter={filter} set={set} isUsed={isUsed} />
        </Suspense>
      </div>
      {isFiltered(filter) && (
        <LinkButton onClick={() => onChange(withoutFilter(filter))}>Clear filter</LinkButton>
      )}
      <div ref={notice} className={styles.notice} />
    </search>
  );
}
