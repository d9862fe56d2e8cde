import type { WireOpenAttempt } from '@renderdeck/contract';
import { Name } from '../../../components/name.tsx';
import { describeOpenAttempt } from '../../../components/receipt/describe-unproven.ts';
import styles from './queue.module.css';

/** The attempts of a row that may still run on a silent host; nothing where there is none. */
export function OpenAttempts({ attempts }: { attempts: readonly WireOpenAttempt[] }) {
  const [first] = attempts;
  if (first === undefined) return null;
  const rest = attempts.length === 1 ? '' : ` and ${attempts.length - 1} more`;
  return (
    <span className={styles.open} title={attempts.map(describeOpenAttempt).join(' ')}>
      Attempt {first.number} on <Name of={first.host} /> not proven{rest}
    </span>
  );
}
