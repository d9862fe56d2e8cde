import type { AddressRules } from '@renderdeck/domain';
import type { Credential } from '../transfers/credentials.mjs';

/** A template or an asset, as nexrender reads it. */
export type Source = { src?: string } & Record<string, unknown>;

/** What the operator of a host has set for every start of aerender. Null: nothing is set. */
export type AerenderOptions = {
  /** Multi-frame rendering with this share of the CPU. */
  readonly multiFramesPercent: number | null;
  readonly maxMemoryPercent: number | null;
  readonly imageCachePercent: number | null;
  /** A name with its values, separated by one space each, such as `-close NO`. */
  readonly parameters: readonly string[];
};

/** All that one render gets to know. The daemon sends it to render-child.mjs. */
export type RenderOrder = {
  type: 'render';
  job: {
    uid: string;
    template: Source;
    assets: Source[];
    actions: Record<string, { module: string }[]>;
  };
  /** The fields that actions see in place of those of `job`. */
  forActions: { uid: string } & Record<string, unknown>;
  workPath: string;
  aerender: string | null;
  aerenderOptions: AerenderOptions | null;
  /** Allowed action modules. */
  actions: readonly string[];
  /** The allowed modules whose output stays on the host, as the operator has declared. */
  localActions: readonly string[];
  /** The allowed modules that only write the file that `output` names, as the operator says. */
  publishingActions: readonly string[];
  /** The addresses that sources may not be on. */
  addresses: AddressRules;
  /** How long the download of one source may take. */
  downloadLimitMs: number;
  /** The logins of this host that this job may use. */
  credentials: readonly Credential[];
  /** Whether sources may come from the cache of the host. */
  hasCache: boolean;
  /** The folder of action modules that Renderdeck does not include. */
  actionsFolder: string;
  ffmpeg: string | null;
  ffprobe: string | null;
  /** Whether the daemon asks for pictures. */
  asksForPictures: boolean;
  /** The folder of the attempt for files of a moment. */
  tempPath: string;
  /** The operator's presets for encodings; null: there are none. */
  presetsFile: string | null;
  /** The group of the output files; null: the group of the render. */
  outputGroup: number | null;
};

export type ProgramExit = { code: number | null; signal: string | null };
