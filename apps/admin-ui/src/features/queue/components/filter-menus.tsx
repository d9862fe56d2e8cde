import { visibleText } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '../../../api/api.ts';
import { useHosts } from '../../../api/list-hosts.ts';
import { useMe } from '../../../api/me.ts';
import { visibleNode } from '../../../components/name.tsx';
import type { QueueFilter } from '../api/queue-search.ts';
import styles from './filter-bar.module.css';
import { TimeFilter } from './time-filter.tsx';
import { ViewsMenu } from './views-menu.tsx';

type Props = {
  filter: QueueFilter;
  set: (changes: Record<string, unknown>) => void;
  /** True once the user looked at the filter: only then are the suggestions needed. */
  isUsed: boolean;
};

/** The menus of the filter, and the saved views. */
export function FilterMenus({ filter, set, isUsed }: Props) {
  const { user } = useMe();
  const hosts = useHosts().map(({ name }) => name);
  const { data } = useQuery({
    ...useApi().trpc.listJobFilters.queryOptions(),
    enabled: isUsed,
    staleTime: SUGGESTIONS_MS,
  });
  const isMine = filter.by === user.name;
  return (
    <>
      <Choice
        label="Host"
        value={filter.host}
        options={[...new Set([...hosts, ...(data?.hosts ?? [])])]}
        onChange={(host) => set({ host })}
      />
      <Choice
        label="Template"
        value={filter.template}
        options={data?.templates ?? []}
        onChange={(template) => set({ template })}
      />
      <Choice
        label="Submitted by"
        value={filter.by}
        options={data?.people ?? []}
        onChange={(by) => set({ by })}
      />
      <TimeFilter from={filter.from} to={filter.to} onChange={set} />
      <FilterButton pressed={isMine} onClick={() => set({ by: isMine ? undefined : user.name })}>
        Mine
      </FilterButton>
      <ViewsMenu filter={filter} />
    </>
  );
}

const SUGGESTIONS_MS = 60_000;

type ChoiceProps = {
  label: string;
  value: string | undefined;
  options: readonly string[];
  onChange: (value: string) => void;
};

/** A menu of the filter. A value that is not among the options, such as of an old job, is too. */
function Choice({ label, value, options, onChange }: ChoiceProps) {
  const all = value === undefined || options.includes(value) ? options : [value, ...options];
  return (
    <select
      aria-label={label}
      className={styles.menu}
      data-set={value !== undefined || undefined}
      value={value ?? ''}
      onChange={({ target }) => onChange(target.value)}
    >
      <option value="">{value === undefined ? label : `${label}: any`}</option>
      {all.map((option) => (
        <option key={option} value={option}>
          {visibleText(option)}
        </option>
      ))}
    </select>
  );
}

type FilterButtonProps = { pressed: boolean; onClick: () => void; children: ReactNode };

function FilterButton({ pressed, onClick, children }: FilterButtonProps) {
  return (
    <button
      type="button"
      className={styles.menu}
      aria-pressed={pressed}
      data-set={pressed || undefined}
      onClick={onClick}
    >
      {visibleNode(children)}
    </button>
  );
}
