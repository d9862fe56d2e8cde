import { Button } from '@mantine/core';
import { formatFileSize, visibleText, type WireAttempt, type WireJob } from '@renderdeck/contract';
import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useApi } from '../../../../api/api.ts';
import { formatNumber, formatTime } from '../../../../components/time/format-time.ts';
import { openAttemptLog } from '../../api/open-attempt-log.ts';
import { errorLines, failureLine, findLines, stepFrom } from './find-lines.ts';
import { LogBar } from './log-bar.tsx';
import { LogFailure } from './log-failure.tsx';
import { logKeys } from './log-keys.ts';
import type { LogLine } from './log-line.ts';
import { LogLines } from './log-lines.tsx';
import { LogDownload, LogNote } from './log-parts.tsx';
import { useLineHash, writeLogHash } from './log-place.ts';
import { type LogSection, layOut, type ShownSection, sectionsOf } from './log-rows.ts';
import styles from './log-tab.module.css';
import { StepHead, stateOfStep } from './step-head.tsx';

type Props = {
  readonly job: WireJob;
  readonly attempt: WireAttempt;
  readonly selector: ReactNode;
  readonly isNewest: boolean;
  /** The line that the address names, 1 for the first; null if it names none. */
  readonly asked: number | null;
};

const PHONE = '(max-width: 640px)';

/** All lines of one attempt, and the search in them. Long because: it is one set of keys. */
export function AttemptLines({ job, attempt, selector, isNewest, asked }: Props) {
  const api = useApi();
  const { number } = attempt;
  const [source] = useState(() => openAttemptLog(api, job.id, number));
  const log = useSyncExternalStore(source.subscribe, source.get);
  const [wrapped, setWrapped] = useState(() => window.matchMedia(PHONE).matches);
  const [width, setWidth] = useState(0);
  /** Null: following. Else how many lines there were when that ended; null until all are loaded. */
  const [followed, setFollowed] = useState<{ readonly since: number | null } | null>(
    asked === null ? null : { since: null },
  );
  const [text, setText] = useState('');
  /** The number of the line since the log was loaded: dropped lines do not change it. */
  const [marked, mark] = useState<number | null>(asked === null ? null : asked - 1);
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set());
  const search = useRef<HTMLInputElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const setHash = useLineHash(number);

  const silent = describeSilence(job, attempt);
  const lines = useMemo(
    (): readonly LogLine[] =>
      silent === null ? [...log.lines] : [...log.lines, { text: silent, at: null, kind: 'plain' }],
    // `log` is a new object after each change; its lines are one array that grows.
    [log, silent],
  );
  const errors = useMemo(() => errorLines(lines), [lines]);
  const matches = useMemo(() => findLines(lines, text), [lines, text]);
  const found = useMemo(() => new Set(matches), [matches]);
  const steps = useMemo(
    () =>
      (attempt.steps ?? []).map(({ name, startedAt }) => ({
        name,
        startedAt: Date.parse(startedAt),
      })),
    [attempt.steps],
  );
  const columns = wrapped ? columnsOf(width, probe.current) : null;
  const current =
    marked === null || marked < log.dropped || marked - log.dropped >= lines.length
      ? null
      : marked - log.dropped;
  const sections = useMemo(() => {
    const isOpen = ({ step, first, end }: LogSection) =>
      step === null ||
      (current !== null && current >= first && current < end) ||
      (toggled.get(step.name) ?? stateOfStep(attempt, step).state !== 'done');
    const layout = { isOpen, unfolded, dropped: log.dropped, marked: current, columns };
    return layOut(lines, sectionsOf(lines, steps), layout);
  }, [lines, steps, attempt, toggled, unfolded, log.dropped, current, columns]);
  const canFollow = log.mayGrow || !log.isLoaded;
  const following = followed === null && canFollow;
  const end = log.dropped + log.lines.length;
  // A log that is over shows its end, until a person looks at another part of it.
  const keepPlace = () => {
    if (!canFollow && followed === null) setFollowed({ since: end });
  };
  const toggle = (section: ShownSection, name: string) => {
    keepPlace();
    // A section with the marked line stays open, so the mark goes first.
    if (section.isOpen && current !== null && current >= section.first && current < section.end)
      mark(null);
    setToggled(new Map(toggled).set(name, !section.isOpen));
  };
  const follow = (on: boolean) => {
    if (on && !canFollow) return;
    setFollowed(on ? null : { since: end });
    if (on) mark(null);
  };
  const show = (line: number | null | undefined) => {
    if (line === null || line === undefined) return;
    if (followed === null) setFollowed({ since: end });
    mark(log.dropped + line);
    if (log.isNumbered) setHash(log.dropped + line + 1);
  };
  const step = (by: 1 | -1) => show(stepFrom(matches, current, by));
  const placeIn = (of: readonly number[]) => ({
    at: current === null ? 0 : of.indexOf(current) + 1,
    of: of.length,
  });
  const unread = !log.mayGrow || followed === null ? 0 : end - (followed.since ?? end);
  useEffect(() => {
    if (log.isLoaded) setFollowed((before) => (before?.since === null ? { since: end } : before));
  }, [log.isLoaded, end]);
  const failure = isNewest && attempt.outcome === 'failed' ? job.failure : null;
  const failed = useMemo(
    () => (failure === null ? null : failureLine(lines, failure)),
    [lines, failure],
  );
  const address = new URL(`/jobs/${job.id}?tab=log`, window.location.href);
  if (marked !== null) address.hash = writeLogHash(number, marked + 1);
  const onKeyDown = logKeys({
    follow: () => follow(!following),
    wrap: () => setWrapped(!wrapped),
    step,
    search: search.current,
  });
  return (
    <section aria-label="Log of the job" className={styles.tab} onKeyDown={onKeyDown}>
      <LogBar
        selector={selector}
        search={search}
        text={text}
        onText={(next) => {
          setText(next);
          mark(null);
        }}
        found={placeIn(matches)}
        searched={log.start > 0 ? `the last ${formatFileSize(log.size - log.start)}` : null}
        onStep={step}
        errors={placeIn(errors)}
        onError={() => show(stepFrom(errors, current, 1))}
        following={following}
        onFollow={canFollow ? () => follow(!following) : null}
        wrapped={wrapped}
        onWrap={() => setWrapped(!wrapped)}
        link={linkTo(current, log.isNumbered, address)}
        download={log.size > 0 && <LogDownload job={job} attempt={number} log={log} />}
      />
      {failure !== null && (
        <LogFailure
          job={job}
          failure={failure}
          line={failed === null || !log.isNumbered ? null : log.dropped + failed + 1}
          onLine={() => show(failed)}
        />
      )}
      {log.start > 0 && (
        <LogNote>
          Showing the last {formatFileSize(log.size - log.start)}. Download all to see the rest.
        </LogNote>
      )}
      {asked !== null && log.isLoaded && lines.length < asked - log.dropped && (
        <LogNote>This log has no line {formatNumber(asked)}.</LogNote>
      )}
      {log.problem !== null && <LogNote>{visibleText(log.problem)}</LogNote>}
      {lines.length === 0 ? (
        log.problem === null && <LogNote>{log.isLoaded ? 'No log yet' : 'Loading…'}</LogNote>
      ) : (
        <div className={styles.frame}>
          <LogLines
            lines={lines}
            sections={sections}
            head={(section) =>
              section.step !== null && (
                <StepHead
                  section={section}
                  step={section.step}
                  state={stateOfStep(attempt, section.step)}
                  errors={errors.filter((of) => of >= section.first && of < section.end).length}
                  onToggle={() => section.step !== null && toggle(section, section.step.name)}
                />
              )
            }
            following={followed === null}
            onFollow={follow}
            current={current}
            onMark={show}
            onUnfold={(line) => {
              keepPlace();
              setUnfolded(new Set(unfolded).add(log.dropped + line));
            }}
            wanted={text}
            matches={found}
            dropped={log.dropped}
            isNumbered={log.isNumbered}
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

function linkTo(line: number | null, isNumbered: boolean, { href }: URL) {
  if (!isNumbered) return { why: 'This log is too long to number its lines.' };
  return line === null ? { why: 'Click a line first.' } : { address: href };
}

/** The last line of an attempt whose host is known to be silent. */
function describeSilence(job: WireJob, attempt: WireAttempt): string | null {
  const open = job.openAttempts.find(({ number }) => number === attempt.number);
  if (open === undefined || open.lastHeardAt === null) return null;
  return `— ${visibleText(open.host)} silent since ${formatTime(open.lastHeardAt)} —`;
}

/** The width of the number and the time of a line, and of its paddings. */
const MARGIN_PX = 151;
const PHONE_MARGIN_PX = 63;

function columnsOf(width: number, probe: HTMLElement | null): number {
  const character = probe?.getBoundingClientRect().width ?? 0;
  if (character === 0) return 120;
  const margin = window.matchMedia(PHONE).matches ? PHONE_MARGIN_PX : MARGIN_PX;
  return Math.max(20, Math.floor((width - margin) / character));
}
