import styles from './chart.module.css';
import type { Fill } from './plot-spec.ts';

/** What the fills of a chart mean. */
export function Legend({ of }: { readonly of: readonly { label: string; fill: Fill }[] }) {
  return (
    <ul className={styles.legend}>
      {of.map(({ label, fill }) => (
        <li key={label}>
          <span aria-hidden="true" className={styles.swatch} data-fill={fill} />
          {label}
        </li>
      ))}
    </ul>
  );
}
