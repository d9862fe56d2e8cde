import { Button, Text, TextInput } from '@mantine/core';
import type { ReactNode, Ref } from 'react';
import { CopyButton } from '../../../../components/copy-button.tsx';
import { StatusIcon } from '../../../../components/status/status-icon.tsx';
import { formatNumber } from '../../../../components/time/format-time.ts';
import styles from './log-tab.module.css';

/** A place among some lines, such as 3 of 918; `at` is 0 before the first one. */
export type Place = { readonly at: number; readonly of: number };

type Props = {
  readonly selector: ReactNode;
  readonly search: Ref<HTMLInputElement>;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly found: Place;
  /** Which part of the log was searched; null: all of it. */
  readonly searched: string | null;
  readonly onStep: (by: 1 | -1) => void;
  readonly errors: Place;
  readonly onError: () => void;
  readonly following: boolean;
  /** Null: there is nothing more to follow. */
  readonly onFollow: (() => void) | null;
  readonly wrapped: boolean;
  readonly onWrap: () => void;
  /** The address of the marked line, or why there is none. */
  readonly link: { readonly address: string } | { readonly why: string };
  readonly download: ReactNode;
};

/** What a person can do with a log. */
export function LogBar(props: Props) {
  const { selector, search, text, onText, found, searched, onStep, errors, onError } = props;
  const { following, onFollow, wrapped, onWrap, link, download } = props;
  return (
    <div className={styles.bar}>
      {selector}
      <TextInput
        ref={search}
        type="search"
        size="xs"
        className={styles.search}
        aria-label="Find in the log"
        placeholder="Find"
        value={text}
        onChange={({ target }) => onText(target.value)}
      />
      <Text span role="status" c="dimmed" miw={48}>
        {text === '' ? '' : `${show(found)}${searched === null ? '' : ` in ${searched}`}`}
      </Text>
      <StepButton label="Match before" by={-1} isOff={found.of === 0} onStep={onStep} />
      <StepButton label="Next match" by={1} isOff={found.of === 0} onStep={onStep} />
      <div className={styles.right}>
        <Button
          size="compact-sm"
          variant="default"
          aria-disabled={errors.of === 0 || undefined}
          leftSection={<StatusIcon label="Failed" />}
          onClick={onError}
        >
          {errors.of === 0 ? 'No errors' : `Next error ${show(errors)}`}
        </Button>
        {onFollow !== null && (
          <Button size="compact-sm" variant="default" aria-pressed={following} onClick={onFollow}>
            Follow
          </Button>
        )}
        <Button size="compact-sm" variant="default" aria-pressed={wrapped} onClick={onWrap}>
          Wrap
        </Button>
        {'address' in link ? (
          <CopyButton label="Copy link to line" text={() => link.address} />
        ) : (
          <Button size="compact-sm" variant="default" aria-disabled="true" title={link.why}>
            Copy link to line
            <span className="visually-hidden">. {link.why}</span>
          </Button>
        )}
        {download}
      </div>
    </div>
  );
}

const show = ({ at, of }: Place) => `${formatNumber(at)}/${formatNumber(of)}`;

type StepProps = {
  readonly label: string;
  readonly by: 1 | -1;
  readonly isOff: boolean;
  readonly onStep: (by: 1 | -1) => void;
};

function StepButton({ label, by, isOff, onStep }: StepProps) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      px={6}
      aria-label={label}
      aria-disabled={isOff || undefined}
      onClick={() => onStep(by)}
    >
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">
        <path
          fill="none"
          stroke="currentColor"
          strokeWidth="1.8"
          d={by === 1 ? 'm3 5.5 5 5 5-5' : 'm3 10.5 5-5 5 5'}
        />
      </svg>
    </Button>
  );
}
