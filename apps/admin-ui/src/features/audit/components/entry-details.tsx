import { visibleText, type WireAuditEntry } from '@renderdeck/contract';
import { visibleNode } from '../../../components/name.tsx';
import { NoValue } from '../../../components/no-value.tsx';
import { ReceiptLink } from '../../../components/receipt-link.tsx';
import { formatDateTime } from '../../../components/time/format-time.ts';
import styles from './audit.module.css';
import { describeDeed, describeValues, RESULT_LABELS, receiptOf } from './describe-entry.ts';
import { EntryTarget } from './entry-target.tsx';

type Props = { entry: WireAuditEntry | undefined; onAll: () => void };

/** One line with all that is recorded of it. */
export function EntryDetails({ entry, onAll }: Props) {
  const all = (
    <button type="button" className="link-button" onClick={onAll}>
      Show all entries
    </button>
  );
  if (entry === undefined) return <p>No such entry, or it is not yours to read. {all}</p>;
  const receipt = receiptOf(entry);
  const facts = [
    ['When', formatDateTime(entry.at)],
    ['Who', `${visibleText(entry.actor.name)} (${entry.actor.kind})`],
    ['Did', describeDeed(entry)],
    ['What', <EntryTarget key="what" entry={entry} />],
    ['Job', entry.jobId],
    ['Change', describeValues(entry)],
    ['Reason', entry.reason],
    ['Result', `${RESULT_LABELS[entry.result]}${entry.code === null ? '' : ` (${entry.code})`}`],
    ['From', entry.address],
    ['Over', entry.channel],
    ['Request', entry.requestId],
    ['Receipt', receipt === null ? null : <ReceiptLink key="receipt" number={receipt} />],
    ['Before', entry.before === null ? null : JSON.stringify(entry.before)],
    ['After', entry.after === null ? null : JSON.stringify(entry.after)],
    ['Seal', entry.seal === null ? 'Not sealed yet' : `${entry.seal.number}:${entry.seal.hash}`],
  ] as const;
  return (
    <section aria-label="Entry">
      <p>
        Entry {entry.id}. {all}
      </p>
      <dl className={styles.details}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value === null || value === '' ? <NoValue /> : visibleNode(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
