import { Button, Text } from '@mantine/core';
import { visibleText } from '@renderdeck/contract';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { readJobText } from '../draft/job-value.ts';
import styles from './job-file.module.css';

/** Larger than any job that the server takes. */
const MOST_BYTES = 8_000_000;

const TEMPLATE = /\.(aepx?|aet|zip)$/i;
const WHERE_TEMPLATES_ARE =
  'Hosts read templates themselves: put it where they can read it, and enter its path or ' +
  'address below.';

type Props = { onText: (text: string) => void; children: ReactNode };

/** Takes a job from a .json file that the user drops on the form or chooses. */
export function JobFile({ onText, children }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [result, setResult] = useState<string | null>(null);
  const read = async (file: File | undefined) => {
    if (file === undefined) return;
    const name = visibleText(file.name);
    if (TEMPLATE.test(name)) return setResult(`${name} is not uploaded. ${WHERE_TEMPLATES_ARE}`);
    if (file.size > MOST_BYTES) return setResult(`${name} is too large for a job.`);
    const text = await file.text();
    const read = readJobText(text);
    if (!read.ok) return setResult(`${name} cannot be used. ${read.why}`);
    onText(text);
    setResult(`Read from ${name}.`);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void read(event.dataTransfer.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button below does the same
    <div
      className={styles.drop}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <Text size="sm" c="dimmed">
        <input
          ref={input}
          type="file"
          accept=".json,application/json"
          className="visually-hidden"
          tabIndex={-1}
          aria-label="JSON file"
          onChange={(event) => {
            void read(event.currentTarget.files?.[0]);
            event.currentTarget.value = '';
          }}
        />
        <Button variant="default" size="xs" onClick={() => input.current?.click()}>
          Choose a JSON file
        </Button>{' '}
        or drop it here. It is the job, not the template. <span role="status">{result}</span>
      </Text>
      {children}
    </div>
  );
}
