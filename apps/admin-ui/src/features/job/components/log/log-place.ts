import { useNavigate } from '@tanstack/react-router';

/* The part of the page's address behind `#`: a line of an attempt's log. */

/** `#L932` of the first attempt, `#A2L17` of another one. */
export function writeLogHash(attempt: number, line: number): string {
  return attempt === 1 ? `L${line}` : `A${attempt}L${line}`;
}

/** The line that an address names; null if it names none. */
export function readLogHash(hash: string): { attempt: number; line: number } | null {
  const [, attempt = '1', line] = /^#?(?:A(\d{1,5}))?L(\d{1,9})$/.exec(hash) ?? [];
  return line === undefined ? null : { attempt: Number(attempt), line: Number(line) };
}

/** Writes the marked line into the address, in place of the one before. */
export function useLineHash(attempt: number): (line: number) => void {
  const navigate = useNavigate();
  return (line) =>
    void navigate({
      to: '.',
      search: (before) => before,
      hash: writeLogHash(attempt, line),
      hashScrollIntoView: false,
      resetScroll: false,
      replace: true,
    });
}
