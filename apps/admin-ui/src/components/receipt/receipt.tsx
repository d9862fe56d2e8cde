import {
  type StatusLabel,
  visibleText,
  type WireCancelReceipt,
  type WireJob,
} from '@renderdeck/contract';
import type { Ref } from 'react';
import { useKnownNow } from '../../live/use-now.ts';
import { CopyButton } from '../copy-button.tsx';
import { Name, NoValue } from '../name.tsx';
import { StatusIcon } from '../status/status-icon.tsx';
import { formatShortDuration, formatTime } from '../time/format-time.ts';
import { ExactTime } from '../time/times.tsx';
import { describeEnd } from './describe-end.ts';
import { describeReceipt, receiptText } from './describe-receipt.ts';
import type { ReceiptStep } from './describe-steps.ts';
import styles from './receipt.module.css';

/** The receipt of a stop: the verdict, then six steps that fill in as facts arrive. */
export function Receipt({
  job,
  receipt,
  verdictRef,
  heading: Heading = 'h3',
}: {
  job: WireJob;
  receipt: WireCancelReceipt;
  verdictRef?: Ref<HTMLHeadingElement>;
  /** The level below that of the page or the dialog around it. */
  heading?: 'h2' | 'h3';
}) {
  const open = receipt.outcome === 'cancelling' || receipt.outcome === 'unconfirmed';
  const { now, asOf } = useKnownNow(open);
  const { verdict, steps } = describeReceipt(job, receipt, now);
  return (
    <section className={styles.receipt} aria-label="Receipt">
      <div className={styles.verdict}>
        <VerdictIcon status={verdict.status} />
        <Heading
          ref={verdictRef}
          tabIndex={-1}
          data-autofocus={verdictRef === undefined ? undefined : true}
        >
          <strong>{verdict.title}</strong> {verdict.text}
        </Heading>
        <CopyButton
          label="Copy receipt"
          text={() => receiptText(job, receipt, now, receiptLink(receipt))}
        />
      </div>
      {/* Screen readers hear the short form while numbers change, and the whole at the end. */}
      <p role="status" className="visually-hidden">
        {open ? verdict.title : `${verdict.title} ${verdict.text}`}
      </p>
      {open && asOf !== null && (
        <p className={styles.more}>As of {formatTime(asOf)}: not live since.</p>
      )}
      {verdict.more.map((line) => (
        <p key={line} className={styles.more}>
          {line}
        </p>
      ))}
      <ol className={styles.steps}>
        {steps.map((step) => (
          <li key={step.title} data-state={step.state}>
            <Step step={step} askedAt={receipt.requestedAt} />
            {step.title === 'Processes' && receipt.processes.length > 0 && (
              <ProcessTable receipt={receipt} />
            )}
            {step.title === 'Files' && receipt.files.leftovers.length > 0 && (
              <Leftovers leftovers={receipt.files.leftovers} />
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The address of the receipt, as a person can send it. */
function receiptLink({ number }: WireCancelReceipt): string {
  return new URL(`/receipts/${number}`, window.location.href).href;
}

function VerdictIcon({ status }: { status: StatusLabel }) {
  return (
    <span className={styles.icon} data-status={status}>
      <StatusIcon label={status} />
    </span>
  );
}

const STEP_ICONS = { done: 'Finished', waiting: 'Starting', problem: 'Not proven' } as const;

function Step({
  step: { title, state, text, at },
  askedAt,
}: {
  step: ReceiptStep;
  askedAt: string;
}) {
  return (
    <div className={styles.step}>
      <StatusIcon label={STEP_ICONS[state]} />
      <span className={styles.title}>{title}</span>
      <span className={styles.text}>{visibleText(text)}</span>
      <span className={styles.when}>
        {at !== null && (
          <>
            <ExactTime at={at} />{' '}
            <span className={styles.after}>
              +{formatShortDuration(Date.parse(at) - Date.parse(askedAt))}
            </span>
          </>
        )}
      </span>
    </div>
  );
}

function Leftovers({ leftovers }: { leftovers: WireCancelReceipt['files']['leftovers'] }) {
  return (
    <ul className={styles.leftovers}>
      {leftovers.map(({ path, error }) => (
        <li key={path}>
          <code>{path}</code> {error}
        </li>
      ))}
    </ul>
  );
}

/** Every process of the tree and how it ended. */
function ProcessTable({ receipt }: { receipt: WireCancelReceipt }) {
  return (
    <table className={styles.processes}>
      <caption className="visually-hidden">Processes of this job</caption>
      <thead>
        <tr>
          <th scope="col">Process</th>
          <th scope="col">PID</th>
          <th scope="col">Ended</th>
          <th scope="col">How</th>
        </tr>
      </thead>
      <tbody>
        {receipt.processes.map((process) => (
          <tr key={`${process.pid} ${process.startedAt}`}>
            <th scope="row">
              <Name of={process.name} />
            </th>
            <td>{process.pid}</td>
            <td>{process.endedAt === null ? <NoValue /> : <ExactTime at={process.endedAt} />}</td>
            <td>{describeEnd(process, receipt)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
