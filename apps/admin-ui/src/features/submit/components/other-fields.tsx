import styles from './submit.module.css';

/** Names what the form does not show, so that nobody takes it for lost. */
export function OtherFields({
  names,
  shown,
}: {
  names: readonly string[];
  shown: readonly string[];
}) {
  const others = names.filter((name) => !shown.includes(name));
  if (others.length === 0) return null;
  return <p className={styles.note}>Only in JSON: {others.join(', ')}.</p>;
}
