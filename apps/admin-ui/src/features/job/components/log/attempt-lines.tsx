import { Button, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { formatFileSize, visibleText, type WireAttempt, type WireJob } from '@renderdeck/contract';
import {
  type KeyboardEvent,
  type ReactNode,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useApi } from '../../../../api/api.ts';
import { singleKeysAreOn } from '../../../../components/shortcuts/use-shortcut.ts';
import { formatNumber, formatTime } from '../../../../components/time/format-time.ts';
import { openAttemptLog } from '../../api/open-attempt-log.ts';
import { findLines, nextError } from './find-lines.ts';
import { LogLines } from './log-lines.tsx';
import { logRows } from './log-rows.ts';
import styles from './log-tab.module.css';

type Props = {
  readonly job: WireJob;
  readonly attempt: WireAttempt;
  readonly selector: ReactNode;
};

/** All lines of one attempt, and the search in them. Long because: it is one set of keys. */
function AttemptLines({ job, attempt, selector }: Props) {
  const api = useApi();
  const { number } = attempt;
  const [source] = useState(() => openAttemptLog(api, job.id, number));
  const log = useSyncExternalStore(source.subscribe, source.get);
  const [wrapped, setWrapped] = useState(false);
  const [width, setWidth] = useState(0);
  const [followed, setFollowed] = useState<{ readonly since: number } | null>(null);
  const [text, setText] = useState('');
  /** The number of the line since the log was loaded: dropped lines do not change it. */
  const [marked, mark] = useState<number | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const probe = useRef<HTMLSpanElement>(null);

  const silent = describeSilence(job, attempt);
  const lines = useMemo(
    () => (silent === null ? [...log.lines] : [...log.lines, silent]),
    // `log` is a new object after each change; its lines are one array that grows.
    [log, silent],
  );
  const columns = wrapped ? columnsOf(width, probe.current) : null;
  const rows = useMemo(() => logRows(lines, columns), [lines, columns]);
  const matches = useMemo(() => findLines(lines, text), [lines, text]);
  const found = useMemo(() => new Set(matches), [matches]);
  const current = marked === null || marked < log.dropped ? null : marked - log.dropped;
  const following = followed === null;
  const end = log.dropped + log.lines.length;
  const follow = (on: boolean) => {
    setFollowed(on ? null : { since: end });
    if (on) mark(null);
  };
  const show = (line: number | null | undefined) => {
    if (line === null || line === undefined) return;
    if (following) setFollowed({ since: end });
    mark(log.dropped + line);
  };
  const step = (by: 1 | -1) => {
    const from = current ?? (by === 1 ? -1 : lines.length);
    const next =
      by === 1 ? matches.find((line) => line > from) : matches.findLast((line) => line < from);
    show(next ?? (by === 1 ? matches[0] : matches.at(-1)));
  };
  const showError = () => show(nextError(lines, current ?? -1));

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target === search.current) {
      if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
      return;
    }
    if (event.target instanceof HTMLSelectElement || !singleKeysAreOn()) return;
    const acts: Readonly<Record<string, () => void>> = {
      f: () => follow(!following),
      w: () => setWrapped(!wrapped),
      n: () => step(1),
      N: () => step(-1),
      '/': () => search.current?.focus(),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const unread = followed === null ? 0 : end - followed.since;
  const at = current === null ? 0 : matches.indexOf(current) + 1;
  const url = `/api/jobs/${job.id}/attempts/${number}/log?download=true`;
  return (
    <section aria-label="Log of the job" onKeyDown={onKeyDown}>
      <Group gap={8} mb={8}>
        {selector}
        <TextInput
          ref={search}
          type="search"
          size="xs"
          w={180}
          aria-label="Find in the log"
          placeholder="Find"
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            mark(null);
          }}
        />
        <Text span role="status" c="dimmed" miw={64}>
          {text === '' ? '' : `${formatNumber(at)}/${formatNumber(matches.length)}`}
        </Text>
        <Button size="compact-sm" variant="default" onClick={showError}>
          Next error
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          aria-pressed={following}
          onClick={() => follow(!following)}
        >
          Follow
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          aria-pressed={wrapped}
          onClick={() => setWrapped(!wrapped)}
        >
          Wrap
        </Button>
        {log.size > 0 && (
          <a href={url} download>
            {log.start > 0 ? `Download all (${formatFileSize(log.size)})` : 'Download'}
          </a>
        )}
      </Group>
      {log.start > 0 && (
        <Note>
          Showing the last {formatFileSize(log.size - log.start)}. Download all to see the rest.
        </Note>
      )}
      {log.problem !== null && <Note>{visibleText(log.problem)}</Note>}
      {lines.length === 0 ? (
        log.problem === null && <Note>{log.isLoaded ? 'No log yet' : 'Loading…'}</Note>
      ) : (
        <div className={styles.frame}>
          <LogLines
            rows={rows}
            following={following}
            onFollow={follow}
            current={current}
            matches={found}
            dropped={log.dropped}
            onWidth={setWidth}
          />
          <span ref={probe} aria-hidden="true" className={styles.probe}>
            0
          </span>
          {unread > 0 && (
            <Button size="compact-sm" className={styles.new} onClick={() => follow(true)}>
              {unread === 1 ? '1 new line ↓' : `${formatNumber(unread)} new lines ↓`}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

function Note({ children }: { children: ReactNode }) {
  return (
    <Text c="dimmed" my={4}>
      {children}
    </Text>
  );
}

/** The last line of an attempt whose host is known to be silent. */
function describeSilence(job: WireJob, attempt: WireAttempt): string | null {
  const open = job.openAttempts.find(({ number }) => number === attempt.number);
  if (open === undefined || open.lastHeardAt === null) return null;
  return `— ${visibleText(open.host)} silent since ${formatTime(open.lastHeardAt)} —`;
}

const PADDING_PX = 24;

function columnsOf(width: number, probe: HTMLElement | null): number {
  const character = probe?.getBoundingClientRect().width ?? 0;
  if (character === 0) return 120;
  return Math.max(20, Math.floor((width - PADDING_PX) / character));
}

type LogTabProps = { readonly job: WireJob; readonly attempts: readonly WireAttempt[] };

/** The log of one attempt: the newest one, until the user chooses another. */
export function LogTab({ job, attempts }: LogTabProps) {
  const [chosen, choose] = useState<number | null>(null);
  const attempt = attempts.find(({ number }) => number === chosen) ?? attempts[0];
  if (attempt === undefined) return <Note>No log yet</Note>;
  const { number } = attempt;
  const selector = attempts.length > 1 && (
    <NativeSelect
      size="xs"
      aria-label="Attempt"
      data={attempts.map((one) => ({ value: String(one.number), label: `Attempt ${one.number}` }))}
      value={String(number)}
      onChange={({ currentTarget }) => choose(Number(currentTarget.value))}
    />
  );
  return <AttemptLines key={number} job={job} attempt={attempt} selector={selector} />;
}
