import type { ReactNode } from 'react';

const DRAWINGS = {
  queue: <path d="M2.5 4h11M2.5 8h11M2.5 12h7" />,
  hosts: <path d="M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.1M5 11h.1" />,
  audit: <path d="M4 2h5.5L12 4.5V14H4zM6 7h4M6 9.5h4M6 12h2.5" />,
  measures: <path d="M3 13.5v-5M7 13.5v-11M11 13.5V6M14.5 13.5h-13" />,
  access: <path d="M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8zM2.8 14a5.2 5.2 0 0 1 10.4 0" />,
  notices: <path d="M4 11V7a4 4 0 0 1 8 0v4l1 1.2H3zM6.8 14.2h2.4" />,
  menu: <path d="M2.5 4h11M2.5 8h11M2.5 12h11" />,
} as const satisfies Readonly<Record<string, ReactNode>>;
export type NavIconName = keyof typeof DRAWINGS;

export function NavIcon({ name }: { name: NavIconName }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {DRAWINGS[name]}
    </svg>
  );
}
