import { List } from '@mantine/core';
import { visibleText, type WireHost } from '@renderdeck/contract';
import { RelativeTime } from '../../../components/time/times.tsx';

type Report = NonNullable<WireHost['preparation']>;

const STATES: Readonly<Record<Report['findings'][number]['state'], string>> = {
  ok: 'OK',
  done: 'Done',
  todo: 'To do',
  unknown: 'Not known',
};

/** What a command found that a person ran on the host: the result, the time, and each finding. */
export function HostReport({ report, words }: { report: Report | null; words: string }) {
  if (report === null) return words;
  return (
    <>
      {words}, <RelativeTime at={report.at} />
      <details>
        <summary>What it found</summary>
        <List size="sm" mt={4} pl={16}>
          {report.findings.map(({ name, state, sentence }) => (
            <List.Item key={name}>
              {STATES[state]}: {name}. {visibleText(sentence)}
            </List.Item>
          ))}
        </List>
      </details>
    </>
  );
}
