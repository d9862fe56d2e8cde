import {
  describeKillTest,
  describePreparation,
  visibleText,
  type WireHost,
} from '@renderdeck/contract';
import { RelativeTime } from '../../../components/time/times.tsx';
import styles from './hosts-page.module.css';

type Report = NonNullable<WireHost['preparation']>;

const STATES: Readonly<Record<Report['findings'][number]['state'], string>> = {
  ok: 'OK',
  done: 'Done',
  todo: 'To do',
  unknown: 'Not known',
};

/** What a person's commands found on the host. */
export function HostReports({ host }: { host: WireHost }) {
  return (
    <>
      <dt>Prepared</dt>
      <dd>
        <HostReport report={host.preparation} words={describePreparation(host)} />
      </dd>
      <dt>Kill test</dt>
      <dd>
        <HostReport report={host.killTest} words={describeKillTest(host)} />
      </dd>
    </>
  );
}

/** The result in `words`, when, and every finding. */
function HostReport({ report, words }: { report: Report | null; words: string }) {
  if (report === null) return words;
  return (
    <>
      {words}, <RelativeTime at={report.at} />
      <details>
        <summary>What it found</summary>
        <ul className={styles.parts}>
          {report.findings.map(({ name, state, sentence }) => (
            <li key={name}>
              {STATES[state]}: {name}. {visibleText(sentence)}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}
