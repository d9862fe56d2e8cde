import { visibleText, type WireJob } from '@renderdeck/contract';
import styles from './queue.module.css';
import type { RowProps } from './rows-props.ts';

type Props = Pick<RowProps, 'isTabStop'> & {
  job: WireJob;
  onMenu: NonNullable<RowProps['onMenu']>;
};

export function MenuButton({ job, isTabStop, onMenu }: Props) {
  return (
    <button
      type="button"
      className={styles.menu}
      tabIndex={isTabStop ? 0 : -1}
      aria-haspopup="menu"
      aria-label={`Actions for ${visibleText(job.name)}`}
      onClick={(event) => onMenu(job.id, event.currentTarget)}
    >
      ⋯
    </button>
  );
}
