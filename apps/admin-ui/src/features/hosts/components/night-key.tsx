import styles from './host-night.module.css';

const ENTRIES = [
  ['finished', 'Finished'],
  ['failed', 'Failed'],
  ['stopped', 'Stopped'],
  ['notProven', 'Not proven, lost'],
  ['givenBack', 'Given back'],
  ['rendering', 'Rendering'],
  ['off', 'Off'],
] as const;

/** What the fills and shapes of the attempts mean. */
export function NightKey() {
  return (
    <ul className={styles.key} aria-label="Key">
      {ENTRIES.map(([state, label]) => (
        <li key={state}>
          <i data-state={state} aria-hidden="true" />
          {label}
        </li>
      ))}
    </ul>
  );
}
