import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';
import { formatNumber, formatTime } from '../../../components/time/format-time.ts';
import styles from './rerun-dialog.module.css';

/** Where a job of this priority would stand, of the moment when it was counted. */
export function RerunPlace({ priority }: { priority: number }) {
  const { trpc } = useApi();
  const options = { placeholderData: keepPreviousData, staleTime: 1_000 };
  const { data } = useQuery(trpc.previewSubmit.queryOptions({ priority }, options));
  return (
    <p role="status" className={styles.status}>
      {data !== undefined &&
        `Would be position ${formatNumber(data.position)} of ${formatNumber(data.queued + 1)}, ` +
          `as of ${formatTime(data.at)}.`}
    </p>
  );
}
