export type WineOptions = {
  /** A folder of Linux; default: C:\. */
  cwd?: string;
  env?: Readonly<Record<string, string>>;
};

export type WineResult = { code: number | null; output: string };

export type WineProcess = {
  /** The pid in Linux. Signals: KILL ends it at once; INT is an event of node.exe. */
  readonly pid: number;
  readonly ended: Promise<WineResult>;
  /** What it has written to stdout and stderr so far. */
  said(): string;
};

export type Wine = {
  /** The path in Linux of C:\. */
  readonly driveC: string;
  /** The path in Linux of node.exe. */
  readonly nodeExe: string;
  /** `/tmp/x` is `Z:\tmp\x`, and what lies below `driveC` is `C:\…`. */
  toWindows(path: string): string;
  start(program: string, args: readonly string[], options?: WineOptions): WineProcess;
  run(program: string, args: readonly string[], options?: WineOptions): Promise<WineResult>;
  /** Runs a file of `node:test` cases in node.exe (run-cases.ts). */
  runCases(file: string | URL, env?: Readonly<Record<string, string>>): Promise<CaseResult[]>;
  /** The living programs, by the process table of Linux: `pid` is of Linux. */
  programs(): Promise<{ pid: number; name: string }[]>;
  /** Whether Wine itself has crashed since the last `powerOff`, by what its programs wrote. */
  hasCrashed(): boolean;
  /** Ends every process at once, as a power cut does. The next program boots the machine. */
  powerOff(): Promise<void>;
  /** Ends every process of the machine and removes its disk. A second call does nothing more. */
  close(): Promise<void>;
};

/** One case; `error` is null where it passed. */
export type CaseResult = { readonly name: string; readonly error: string | null };
