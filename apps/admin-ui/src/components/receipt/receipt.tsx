import type { WireCancelReceipt, WireJob } from '@renderdeck/contract';
import type { Ref } from 'react';
import { useNow } from '../../api/use-live.ts';
import { CopyButton } from '../copy-button.tsx';
import { StatusGlyph } from '../status/status-glyph.tsx';
import type { StatusMark } from '../status/status-mark.tsx';
import { shortDuration } from '../time/format-time.ts';
import { At } from '../time/time-cells.tsx';
import { describeReceipt, type ReceiptStep, receiptText } from './describe-receipt.ts';
import { ProcessTable } from './process-table.tsx';
import styles from './receipt.module.css';

/** What became of a stop: the verdict, then six steps whose shape is known from the first moment and which fill in as facts arrive. */
export function Receipt({
  job,
  receipt,
  verdictRef,
}: {
  job: WireJob;
  receipt: WireCancelReceipt;
  verdictRef?: Ref<HTMLHeadingElement>;
}) {
  const open = receipt.outcome === 'cancelling' || receipt.outcome === 'unconfirmed';
  const now = useNow(open);
  const { verdict, steps } = describeReceipt(job, receipt, now);
  return (
    <section className={styles.receipt} aria-label="Receipt">
      <div className={styles.verdict}>
        <StatusGlyphOf mark={verdict.mark} />
        <h3
          ref={verdictRef}
          tabIndex={-1}
          data-autofocus={verdictRef === undefined ? undefined : true}
        >
          <strong>{verdict.word}</strong> {verdict.text}
        </h3>
        <CopyButton label="Copy receipt" text={() => receiptText(job, receipt, now)} />
      </div>
      {/* Told in short while it goes on, whole when it is over: a count that runs is never read out. */}
      <p role="status" className="visually-hidden">
        {open ? verdict.word : `${verdict.word} ${verdict.text}`}
      </p>
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

function StatusGlyphOf({ mark }: { mark: Parameters<typeof StatusMark>[0]['word'] }) {
  return (
    <span className={styles.glyph} data-status={mark}>
      <StatusGlyph word={mark} />
    </span>
  );
}

const STEP_GLYPHS = { done: 'Finished', waiting: 'Starting', problem: 'Not proven' } as const;

function Step({
  step: { title, state, text, at },
  askedAt,
}: {
  step: ReceiptStep;
  askedAt: string;
}) {
  return (
    <div className={styles.step}>
      <StatusGlyph word={STEP_GLYPHS[state]} />
      <span className={styles.title}>{title}</span>
      <span className={styles.text}>{text}</span>
      <span className={styles.when}>
        {at !== null && (
          <>
            <At at={at} />{' '}
            <span className={styles.after}>
              +{shortDuration(Date.parse(at) - Date.parse(askedAt))}
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
