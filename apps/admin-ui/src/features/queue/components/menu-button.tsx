import type { WireJob } from '@renderdeck/contract';
import styles from './queue.module.css';
import type { RowsProps } from './rows-props.ts';

export function MenuButton({
  job,
  onMenu,
}: {
  job: WireJob;
  onMenu: NonNullable<RowsProps['onMenu']>;
}) {
  return (
    <button
      type="button"
      className={styles.menu}
      aria-haspopup="menu"
      aria-label={`Actions for ${job.name}`}
      onClick={(event) => onMenu(job.id, event.currentTarget)}
    >
      ⋯
    </button>
  );
}
