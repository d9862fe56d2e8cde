import {
  describeTransfer,
  type TransferText,
  visibleText,
  type WireJob,
  type WireTransfer,
} from '@renderdeck/contract';
import { useKnownNow } from '../live/use-now.ts';
import { ProgressBar } from './progress-bar.tsx';
import { RelativeTime } from './time/times.tsx';

/** A host that lives reports more often, so an older report is not shown as if it were of now. */
const OLD_AFTER_MS = 10_000;

/**
 * How far a running job is, as a bar: what its host downloads, uploads or copies for it now, or
 * else the frames. The size alone if nobody knows how large the whole is.
 */
export function JobBar({
  job: { transfer = null, progress },
  label,
  wide = false,
}: {
  job: Pick<WireJob, 'transfer' | 'progress'>;
  label: string;
  wide?: boolean;
}) {
  if (transfer === null) return <ProgressBar percent={progress} label={label} wide={wide} />;
  const text = describeTransfer(transfer);
  const title = writeTransfer(text);
  if (text.percent === null) return <span title={title}>{text.amount.replace(/,.*/, '')}</span>;
  return (
    <span title={title}>
      <ProgressBar percent={text.percent} label={`${label}: ${text.what}`} wide={wide} />
    </span>
  );
}

/**
 * "Downloading, 3 of 7 files done: 1.2 GB of 4.0 GB, 35 MB/s", with its age if it is old. `short`:
 * the text for a small place.
 */
export function TransferLine({
  transfer,
  short = false,
}: {
  transfer: WireTransfer;
  short?: boolean;
}) {
  const { now } = useKnownNow();
  const text = describeTransfer(transfer);
  const isOld = now - Date.parse(transfer.reportedAt) > OLD_AFTER_MS;
  return (
    <>
      {short ? text.short : writeTransfer(text)}
      {isOld && (
        <>
          , as of <RelativeTime at={transfer.reportedAt} />
        </>
      )}
    </>
  );
}

function writeTransfer({ what, amount }: TransferText): string {
  return visibleText(`${what}: ${amount}`);
}
