import { List, Table, Text } from '@mantine/core';
import '@mantine/core/styles/Table.css';
import type { StatusLabel, WireCancelReceipt, WireJob } from '@renderdeck/contract';
import type { ReactNode, Ref } from 'react';
import { useKnownNow } from '../../live/use-now.ts';
import { CopyButton } from '../copy-button.tsx';
import { Name, NoValue } from '../name.tsx';
import { visibleSentence } from '../sentence.ts';
import { StatusIcon, statusColour } from '../status/status-icon.tsx';
import { formatDate, formatShortDuration, formatTime, TIME_ZONE } from '../time/format-time.ts';
import { DayTime, ExactTime } from '../time/times.tsx';
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
  /** One level below the heading of the page or of the dialog around it. */
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
          <strong>{verdict.title}</strong> {visibleSentence(verdict.text)}
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
      <More>
        Asked on {formatDate(receipt.requestedAt)}. Times in {TIME_ZONE}.
      </More>
      {open && asOf !== null && <More>As of {formatTime(asOf)}: not live since.</More>}
      {verdict.more.map((line) => (
        <More key={line}>{visibleSentence(line)}</More>
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

function More({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" mt={4} ml={24}>
      {children}
    </Text>
  );
}

/** The address of the receipt, as a person can send it. */
function receiptLink({ number }: WireCancelReceipt): string {
  return new URL(`/receipts/${number}`, window.location.href).href;
}

function VerdictIcon({ status }: { status: StatusLabel }) {
  return (
    <Text span inherit pt={3} c={statusColour(status)}>
      <StatusIcon label={status} />
    </Text>
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
      <Text span inherit fw={600}>
        {title}
      </Text>
      <span className={styles.text}>{visibleSentence(text)}</span>
      <Text span inherit ta="right" style={{ whiteSpace: 'nowrap' }}>
        {at !== null && (
          <>
            <StepTime at={at} askedAt={askedAt} />{' '}
            <Text span inherit display="inline-block" miw={52} c="dimmed">
              +{formatShortDuration(Date.parse(at) - Date.parse(askedAt))}
            </Text>
          </>
        )}
      </Text>
    </div>
  );
}

/** The time of a step, with its day if the stop was asked for on another one. */
function StepTime({ at, askedAt }: { at: string; askedAt: string }) {
  const isSameDay = formatDate(at) === formatDate(askedAt);
  return isSameDay ? <ExactTime at={at} /> : <DayTime at={at} />;
}

function Leftovers({ leftovers }: { leftovers: WireCancelReceipt['files']['leftovers'] }) {
  return (
    <List size="sm" mt={4} pl={16} ml={24}>
      {leftovers.map(({ path, error }) => (
        <List.Item key={path}>
          <code>{path}</code> {error}
        </List.Item>
      ))}
    </List>
  );
}

/** Every process of the tree and how it ended. */
function ProcessTable({ receipt }: { receipt: WireCancelReceipt }) {
  return (
    <Table
      w="calc(100% - 24px)"
      ml={24}
      mt={6}
      mb={2}
      fz="sm"
      verticalSpacing={2}
      horizontalSpacing={0}
      withRowBorders={false}
    >
      <caption className="visually-hidden">Processes of this job</caption>
      <Table.Thead c="dimmed">
        <Table.Tr>
          {['Process', 'PID', 'Ended', 'How'].map((label) => (
            <Table.Th key={label} scope="col" fw={400} pr={8}>
              {label}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {receipt.processes.map((process) => (
          <Table.Tr key={`${process.pid} ${process.startedAt}`}>
            <Table.Th scope="row" fw={400} pr={8}>
              <Name of={process.name} />
            </Table.Th>
            <Table.Td ff="monospace" pr={8}>
              {process.pid}
            </Table.Td>
            <Table.Td pr={8}>
              {process.endedAt === null ? <NoValue /> : <ExactTime at={process.endedAt} />}
            </Table.Td>
            <Table.Td pr={8}>{describeEnd(process, receipt)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
