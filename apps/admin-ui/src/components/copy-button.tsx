import { Button } from '@mantine/core';
import { useState } from 'react';

/** Copies a text; its label shows the result until the button loses focus. */
export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const [result, setResult] = useState<string | null>(null);
  const copy = () => {
    navigator.clipboard.writeText(text()).then(
      () => setResult('Copied'),
      () => setResult('Not copied: the browser does not allow it here.'),
    );
  };
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
