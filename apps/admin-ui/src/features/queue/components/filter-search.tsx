import { type ChangeEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useShortcut } from '../../../components/shortcuts/use-shortcut.ts';
import styles from './filter-bar.module.css';

const TYPING_MS = 250;

type Props = { label: string; value: string; onChange: (value: string) => void };

/** The search field of the page, which `/` focuses and Escape leaves. */
export function FilterSearch({ label, ...text }: Props) {
  const field = useRef<HTMLInputElement>(null);
  useShortcut('filter', () => {
    field.current?.focus();
    field.current?.select();
  });
  return (
    <label className={styles.search}>
      <span className="visually-hidden">{label}</span>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path
          d="M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5 14 14"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
        />
      </svg>
      <input
        ref={field}
        type="search"
        dir="auto"
        placeholder={label}
        aria-keyshortcuts="/"
        onKeyDown={leaveOnEscape}
        {...useTyped(text)}
      />
    </label>
  );
}

/** The first Escape empties the field, as the browser does it; the next one leaves it. */
function leaveOnEscape({ key, currentTarget }: KeyboardEvent<HTMLInputElement>): void {
  if (key === 'Escape' && currentTarget.value === '') currentTarget.blur();
}

/** A text that filters shortly after the last key. */
function useTyped({ value, onChange }: Omit<Props, 'label'>) {
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
