import { Button } from '@mantine/core';
import { useState } from 'react';
import { copyText, NOT_COPIED } from './copy-text.ts';

/** Copies a text; its label shows the result until the button loses focus. */
export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const [result, setResult] = useState<string | null>(null);
  const copy = async () => setResult((await copyText(text())) ? 'Copied' : NOT_COPIED);
  return (
    <>
      <Button
        variant="plain"
        size="compact-xs"
        h={24}
        px={8}
        flex="none"
        aria-label={result === null ? label : `${label}: ${result}`}
        onClick={copy}
        onBlur={() => setResult(null)}
      >
        {result ?? label}
      </Button>
      <span role="status" className="visually-hidden">
        {result}
      </span>
    </>
  );
}
