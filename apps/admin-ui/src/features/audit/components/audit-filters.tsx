import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { AUDIT_DEEDS, AUDIT_RESULTS } from '@renderdeck/contract';
import { useId, useState } from 'react';
import { LinkButton } from '../../../components/link-button.tsx';
import type { AuditSearch } from '../api/audit-filter.ts';
import styles from './audit-filters.module.css';
import { DEED_LABELS, RESULT_LABELS } from './describe-entry.ts';

const TYPING_MS = 300;
const DEEDS = [
  { value: '', label: 'Anything' },
  ...AUDIT_DEEDS.map((value) => ({ value, label: DEED_LABELS[value] })),
];
const RESULTS = [
  { value: '', label: 'Any' },
  ...AUDIT_RESULTS.map((value) => ({ value, label: RESULT_LABELS[value] })),
];

type Props = {
  search: AuditSearch;
  /** False: the user may read only their own entries. */
  whole: boolean | undefined;
  onSearch: (search: AuditSearch) => void;
};

/**
 * The fields of the filter. Their values are in the address, so a link can contain them.
 *
 * Long because: it is one list of fields.
 */
export function AuditFilters({ search, whole, onSearch }: Props) {
  const [unfolded, setUnfolded] = useState(false);
  const id = useId();
  const [who, setWho] = useState(search.who ?? '');
  const [q, setQ] = useState(search.q ?? '');
  const set = (change: AuditSearch) =>
    onSearch({ ...search, who: given(who), q: given(q), entry: undefined, ...change });
  const setSoon = useDebouncedCallback(set, TYPING_MS);
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <section aria-label="Filter" className={styles.filters}>
      <TextInput
        label="Search"
        description="Name, reason or job id"
        type="search"
        value={q}
        onChange={({ currentTarget: { value } }) => {
          setQ(value);
          setSoon({ q: given(value) });
        }}
      />
      <Button
        variant="plain"
        h={44}
        fz="md"
        hiddenFrom="sm"
        aria-expanded={unfolded}
        aria-controls={id}
        onClick={() => setUnfolded(!unfolded)}
      >
        Filter
      </Button>
      <div id={id} className={styles.more} data-unfolded={unfolded || undefined}>
        {whole !== false && (
          <TextInput
            label="Who"
            description="Whole name"
            autoComplete="off"
            value={who}
            onChange={({ currentTarget: { value } }) => {
              setWho(value);
              setSoon({ who: given(value) });
            }}
          />
        )}
        <NativeSelect
          label="Did"
          data={DEEDS}
          value={search.did ?? ''}
          onChange={({ currentTarget: { value } }) =>
            set({ did: AUDIT_DEEDS.find((deed) => deed === value) })
          }
        />
        <NativeSelect
          label="Result"
          data={RESULTS}
          value={search.result ?? ''}
          onChange={({ currentTarget: { value } }) =>
            set({ result: AUDIT_RESULTS.find((result) => result === value) })
          }
        />
        <TimeField label="From" at={search.from} onSet={(from) => set({ from })} />
        <TimeField label="To" at={search.to} onSet={(to) => set({ to })} />
      </div>
      {isFiltered && (
        <LinkButton
          mih={36}
          onClick={() => {
            setWho('');
            setQ('');
            onSearch({});
          }}
        >
          Clear filter
        </LinkButton>
      )}
    </section>
  );
}

type TimeProps = {
  label: string;
  at: string | undefined;
  onSet: (at: string | undefined) => void;
};

/** A local time. It counts when the user leaves the field, because a time is typed in parts. */
function TimeField({ label, at, onSet }: TimeProps) {
  return (
    <TextInput
      label={label}
      type="datetime-local"
      defaultValue={localTime(at)}
      onBlur={({ currentTarget: { value } }) => {
        if (value !== localTime(at)) onSet(instantOf(value));
      }}
    />
  );
}

function given(text: string): string | undefined {
  return text.trim() === '' ? undefined : text.trim();
}

/** An instant as the text of the field, in the local time zone. */
function localTime(at: string | undefined): string {
  if (at === undefined) return '';
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function instantOf(text: string): string | undefined {
  const date = new Date(text);
  return text === '' || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
