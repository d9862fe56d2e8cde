/**
 * Lists what a job may set for ffmpeg: options, formats, and filters with their options. Everything
 * that no list contains is refused, because many other options, formats and filters of ffmpeg read
 * or write files, or send data to an address.
 */

/** Options without a value. ffmpeg would read a value as its next argument. */
export const FLAGS: readonly string[] = ['an', 'vn', 'sn'];

/** Options whose value is a plain word, a number or a ratio. */
export const WORD_OPTIONS: readonly string[] = [
  ...['a', 'b', 'c', 'v', 'ab', 'ac', 'ar', 'acodec', 'vcodec', 'r', 's', 'g', 'bf', 'ss', 't'],
  ...['to', 'vtag', 'aspect', 'pix_fmt', 'crf', 'qp', 'preset', 'tune', 'level', 'movflags'],
  ...['strict', 'threads', 'vframes', 'loop', 'map', 'maxrate', 'minrate', 'bufsize'],
  ...['colorspace', 'color_primaries', 'color_trc', 'color_range', 'framerate', 'start_number'],
  ...['hls_time', 'hls_init_time', 'hls_list_size', 'hls_playlist_type', 'hls_segment_type'],
  ...['hls_flags', 'hls_allow_cache', 'hls_start_number_source'],
];

/** Options whose value is a name in the folder of the output. */
export const NAME_OPTIONS: readonly string[] = ['hls_segment_filename', 'hls_fmp4_init_filename'];

/** Options like these, which may also name one kind of stream or one stream: `c:v`, `b:a:0`. */
export const STREAM_OPTIONS: readonly string[] = [
  ...['c', 'b', 'q', 'profile', 'frames', 'tag', 'qscale', 'codec'],
];

/** Options whose value is a chain of FILTERS. `filter` may also name one kind of stream. */
export const FILTER_OPTIONS: readonly string[] = ['vf', 'af', 'filter'];

/**
 * Values of `-f`. Each of these formats writes only the file that ffmpeg is given. `hls` also
 * writes segments beside it, under names of NAME_OPTIONS.
 */
export const FORMATS: readonly string[] = [
  ...['mp4', 'mov', 'ipod', 'm4v', '3gp', 'matroska', 'webm', 'avi', 'mxf', 'mpegts', 'mpeg'],
  ...['flv', 'gif', 'apng', 'webp', 'image2', 'mp3', 'wav', 'aiff', 'flac', 'ogg', 'opus', 'adts'],
  'hls',
];

export type FilterRule = {
  /** The options that a job may name. */
  readonly options: readonly string[];
  /** How many values may stand without a name: the first `options`, in the order of ffmpeg. */
  readonly unnamed: number;
  /** Whether values may contain a division. */
  readonly divides?: true;
};

export const FILTERS: Readonly<Record<string, FilterRule>> = {
  scale: {
    options: [
      ...['w', 'width', 'h', 'height', 'size', 's', 'flags', 'interl', 'eval', 'sws_dither'],
      ...['in_color_matrix', 'out_color_matrix', 'in_range', 'out_range', 'sws_flags'],
      ...['in_chroma_loc', 'out_chroma_loc', 'in_v_chr_pos', 'in_h_chr_pos', 'out_v_chr_pos'],
      ...['out_h_chr_pos', 'force_original_aspect_ratio', 'force_divisible_by'],
      ...['in_primaries', 'out_primaries', 'in_transfer', 'out_transfer', 'param0', 'param1'],
    ],
    unnamed: 3,
    divides: true,
  },
  crop: {
    options: ['out_w', 'w', 'out_h', 'h', 'x', 'y', 'keep_aspect', 'exact'],
    unnamed: 6,
    divides: true,
  },
  pad: {
    options: ['width', 'w', 'height', 'h', 'x', 'y', 'color', 'eval', 'aspect'],
    unnamed: 7,
    divides: true,
  },
  fps: { options: ['fps', 'start_time', 'round', 'eof_action'], unnamed: 4, divides: true },
  setsar: { options: ['sar', 'ratio', 'r', 'max'], unnamed: 2, divides: true },
  setdar: { options: ['dar', 'ratio', 'r', 'max'], unnamed: 2, divides: true },
  format: { options: ['pix_fmts', 'color_spaces', 'color_ranges'], unnamed: 3 },
  transpose: { options: ['dir', 'passthrough'], unnamed: 2 },
  hflip: { options: [], unnamed: 0 },
  vflip: { options: [], unnamed: 0 },
  fade: {
    options: [
      ...['type', 't', 'start_frame', 's', 'nb_frames', 'n', 'alpha', 'start_time', 'st'],
      ...['duration', 'd', 'color', 'c'],
    ],
    unnamed: 7,
  },
  afade: {
    options: [
      ...['type', 't', 'start_sample', 'ss', 'nb_samples', 'ns', 'start_time', 'st'],
      ...['duration', 'd', 'curve', 'c', 'silence', 'unity'],
    ],
    unnamed: 8,
  },
  yadif: { options: ['mode', 'parity', 'deint'], unnamed: 3 },
  volume: {
    options: [
      ...['volume', 'precision', 'eval', 'replaygain', 'replaygain_preamp', 'replaygain_noclip'],
    ],
    unnamed: 6,
    divides: true,
  },
  // Newer versions of ffmpeg have stats_file here, after print_format. It writes a file.
  loudnorm: {
    options: [
      ...['I', 'i', 'LRA', 'lra', 'TP', 'tp', 'measured_I', 'measured_i', 'measured_LRA'],
      ...['measured_lra', 'measured_TP', 'measured_tp', 'measured_thresh', 'offset', 'linear'],
      ...['dual_mono', 'print_format'],
    ],
    unnamed: 11,
  },
  aresample: {
    options: [
      ...['sample_rate', 'osr', 'ocl', 'och', 'out_chlayout', 'out_sample_rate', 'async'],
      ...['out_sample_fmt', 'osf', 'resampler', 'precision', 'cutoff', 'dither_method'],
      ...['first_pts', 'min_comp', 'min_hard_comp', 'comp_duration', 'max_soft_comp'],
    ],
    unnamed: 1,
  },
  null: { options: [], unnamed: 0 },
  anull: { options: [], unnamed: 0 },
};
