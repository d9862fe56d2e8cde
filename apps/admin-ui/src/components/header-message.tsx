import type { ReactNode } from 'react';
import styles from './header-message.module.css';

type Props = {
  /** `failed`: nothing can be changed; `warning`: the page may be old. */
  tone: 'failed' | 'warning';
  /** A button that answers the message. */
  action?: ReactNode;
  children: ReactNode;
};

/** A message of the whole page. It stands in the header, so it moves no row of the page. */
export function HeaderMessage({ tone, action = null, children }: Props) {
  return (
    <div className={styles.message} data-tone={tone}>
      <p>{children}</p>
      {action}
    </div>
  );
}
