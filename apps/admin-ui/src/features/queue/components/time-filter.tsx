import { Button, Popover, Stack } from '@mantine/core';
import { LinkButton } from '../../../components/link-button.tsx';
import styles from './filter-bar.module.css';

type Days = { readonly from?: string | undefined; readonly to?: string | undefined };
type Props = {
  from: string | undefined;
  to: string | undefined;
  onChange: (days: Days) => void;
};

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
/** How many days before today each choice begins. */
const CHOICES = [
  { label: 'Today', daysAgo: 0 },
  { label: 'Since yesterday', daysAgo: 1 },
  { label: 'Last 7 days', daysAgo: 6 },
] as const;

/** The first and last day of the jobs: when they ended, or else were submitted. */
export function TimeFilter({ from, to, onChange }: Props) {
  const isSet = from !== undefined || to !== undefined;
  return (
    <Popover trapFocus portalProps={{ target: '#main' }} position="bottom-start">
      <Popover.Target>
        <button
          type="button"
          className={styles.menu}
          aria-label={`Time${isSet ? `: ${describeDays(from, to)}` : ''}`}
          data-set={isSet || undefined}
          data-arrow
        >
          {isSet ? describeDays(from, to) : 'Time'}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Time">
        <Stack gap={8} className={styles.days}>
          {CHOICES.map(({ label, daysAgo }) => (
            <Button
              key={label}
              variant="plain"
              size="compact-sm"
              onClick={() => onChange({ from: dayBefore(daysAgo), to: undefined })}
            >
              {label}
            </Button>
          ))}
          <Day label="From" value={from} onChange={(day) => onChange({ from: day })} />
          <Day label="To" value={to} onChange={(day) => onChange({ to: day })} />
          {isSet && (
            <LinkButton onClick={() => onChange({ from: undefined, to: undefined })}>
              Any time
            </LinkButton>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

type DayProps = { label: string; value: string | undefined; onChange: (day: string) => void };

function Day({ label, value, onChange }: DayProps) {
  return (
    <label className={styles.day}>
      {label}
      <input type="date" value={value ?? ''} onChange={({ target }) => onChange(target.value)} />
    </label>
  );
}

/** "25 Nov – 26 Nov", "since 25 Nov" or "until 26 Nov". */
function describeDays(from: string | undefined, to: string | undefined): string {
  const write = (day: string) => DAY.format(new Date(`${day}T00:00`));
  if (from === undefined) return to === undefined ? '' : `until ${write(to)}`;
  if (to === undefined) return `since ${write(from)}`;
  return from === to ? write(from) : `${write(from)} – ${write(to)}`;
}

/** The day that is this many days before today, such as 2026-11-25, in the browser's zone. */
function dayBefore(days: number): string {
  const date = new Date();
  date.setDate(date.getDate() - days);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
