import { type ChangeEvent, useEffect, useRef, useState } from 'react';
import { useShortcut } from '../../../components/shortcuts/use-shortcut.ts';
import styles from './filter-bar.module.css';

const TYPING_MS = 250;

type Props = { label: string; value: string; onChange: (value: string) => void };

/** The search field of the page, which `/` focuses. */
export function FilterSearch({ label, ...text }: Props) {
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
export function FilterText({ label, ...text }: Props) {
  return (
    <label className={styles.field}>
      {label}
      <input type="text" placeholder="Anyone" {...useTyped(text)} />
    </label>
  );
}

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
