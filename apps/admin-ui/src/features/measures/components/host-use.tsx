import type { GetMeasuresOutput } from '@renderdeck/contract';
import { Name } from '../../../components/name.tsx';
import { formatPart } from './describe-measures.ts';
import styles from './measures.module.css';

/** A bar for each host: the part of the time of its slots in which it rendered. */
export function HostUse({ hosts }: { readonly hosts: GetMeasuresOutput['hosts'] }) {
  return (
    <ul className={styles.bars}>
      {hosts.map(({ host, use }) =>
        use === null ? null : (
          <li key={host}>
            <span className={styles.host}>
              <Name of={host} />
            </span>
            <svg aria-hidden="true" className={styles.bar}>
              <rect width="100%" height="100%" className={styles.rest} />
              <rect width={`${Math.round(use * 100)}%`} height="100%" className={styles.used} />
            </svg>
            <span className={styles.part}>{formatPart(use)}</span>
          </li>
        ),
      )}
    </ul>
  );
}
