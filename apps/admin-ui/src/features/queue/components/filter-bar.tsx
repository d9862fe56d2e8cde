import { isFinal, JOB_STATUSES, visibleText } from '@renderdeck/contract';
import { type ChangeEvent, useEffect, useId, useRef, useState } from 'react';
import { useHosts } from '../../../api/list-hosts.ts';
import { LinkButton } from '../../../components/link-button.tsx';
import { visibleNode } from '../../../components/name.tsx';
import { useShortcut } from '../../../components/shortcuts/use-shortcut.ts';
import { STATUS_WORDS } from '../../../components/status/status-words.ts';
import { isFiltered, type QueueFilter, readQueueSearch } from '../api/queue-search.ts';
import styles from './filter-bar.module.css';

type Props = { filter: QueueFilter; onChange: (filter: QueueFilter) => void };

/** The filter of the list. The address of the page contains all of it. */
export function FilterBar({ filter, onChange }: Props) {
  const [unfolded, setUnfolded] = useState(false);
  const id = useId();
  const hosts = useHosts().map(({ name }) => name);
  const set = (changes: Record<string, unknown>) =>
    onChange(readQueueSearch({ ...filter, ...changes }));
  const statuses = JOB_STATUSES.filter(
    (status) => filter.show === 'all' || isFinal(status) === (filter.show === 'ended'),
  );
  return (
    <search className={styles.bar}>
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
        <Choice
          label="Status"
          value={filter.status}
          options={statuses.map((status) => [status, STATUS_WORDS[status]])}
          onChange={(status) => set({ status })}
        />
        <Choice
          label="Host"
          value={filter.host}
          options={hosts.map((name) => [name, name])}
          onChange={(host) => set({ host })}
        />
        <FilterText label="Submitted by" value={filter.by ?? ''} onChange={(by) => set({ by })} />
        <Day label="From" value={filter.from} onChange={(from) => set({ from })} />
        <Day label="To" value={filter.to} onChange={(to) => set({ to })} />
      </div>
      {isFiltered(filter) && (
        <LinkButton
          onClick={() => onChange(readQueueSearch({ show: filter.show, open: filter.open }))}
        >
          Clear filter
        </LinkButton>
      )}
    </search>
  );
}

type ChoiceProps = {
  label: string;
  value: string | undefined;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
};

/** A chosen value that is not among the options, such as a host that has left, is shown too. */
function Choice({ label, value, options, onChange }: ChoiceProps) {
  const isUnknown = value !== undefined && !options.some(([option]) => option === value);
  return (
    <label className={styles.field}>
      {label}
      <select value={value ?? ''} onChange={({ target }) => onChange(target.value)}>
        <option value="">Any</option>
        {isUnknown && <option value={value}>{visibleNode(value)}</option>}
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {visibleText(text)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Day({ label, value, onChange }: Omit<ChoiceProps, 'options'>) {
  return (
    <label className={styles.field}>
      {label}
      <input type="date" value={value ?? ''} onChange={({ target }) => onChange(target.value)} />
    </label>
  );
}

const TYPING_MS = 250;

type FilterSearchProps = { label: string; value: string; onChange: (value: string) => void };

/** The search field of the page, which `/` focuses. */
function FilterSearch({ label, ...text }: FilterSearchProps) {
  const field = useRef<HTMLInputElement>(null);
  useShortcut('filter', () => {
    field.current?.focus();
    field.current?.select();
  });
  return (
    <label className={styles.search}>
      <span className="visually-hidden">{label}</span>
      <input
        ref={field}
        type="search"
        placeholder={label}
        aria-keyshortcuts="/"
        {...useTyped(text)}
      />
    </label>
  );
}

/** A text that filters shortly after the last key. */
function FilterText({ label, ...text }: FilterSearchProps) {
  return (
    <label className={styles.field}>
      {label}
      <input type="text" placeholder="Anyone" {...useTyped(text)} />
    </label>
  );
}

function useTyped({ value, onChange }: Omit<FilterSearchProps, 'label'>) {
  const [typed, setTyped] = useState<string | null>(null);
  const change = useRef(onChange);
  change.current = onChange;
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(() => {
      change.current(typed);
      setTyped(null);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return {
    value: typed ?? value,
    onChange: ({ target }: ChangeEvent<HTMLInputElement>) => setTyped(target.value),
  };
}
