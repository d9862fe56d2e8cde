export type WineOptions = {
  /** The Linux path of the folder to start in; default: that of C:\. */
  cwd?: string;
  env?: Readonly<Record<string, string>>;
};

export type WineResult = { code: number | null; output: string };

export type WineProcess = {
  /** The Linux pid. SIGKILL ends the program at once; SIGINT is an event in node.exe. */
  readonly pid: number;
  readonly ended: Promise<WineResult>;
  /** All output on stdout and stderr so far. */
  said(): string;
};

export type Wine = {
  /** The Linux path of C:\. */
  readonly driveC: string;
  /** The Linux path of node.exe. */
  readonly nodeExe: string;
  /** The path as Windows names it: `/tmp/x` is `Z:\tmp\x`; a path below `driveC` is `C:\…`. */
  toWindows(path: string): string;
  start(program: string, args: readonly string[], options?: WineOptions): WineProcess;
  run(program: string, args: readonly string[], options?: WineOptions): Promise<WineResult>;
  /** Runs a file of `node:test` cases in node.exe (run-cases.ts). */
  runCases(file: string | URL, env?: Readonly<Record<string, string>>): Promise<CaseResult[]>;
  /** The programs that are alive, read from the process table of Linux; `pid` is the Linux pid. */
  programs(): Promise<{ pid: number; name: string }[]>;
  /** Whether a program has printed, since the last `powerOff`, that Wine itself crashed. */
  hasCrashed(): boolean;
  /** Ends every process at once, as a power cut would. The next program boots the machine. */
  powerOff(): Promise<void>;
  /** Ends every process of the machine and removes its disk. A second call does nothing. */
  close(): Promise<void>;
};

/** The result of one case; `error` is null when the case passed. */
export type CaseResult = { readonly name: string; readonly error: string | null };
