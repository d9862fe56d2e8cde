import type { StandaloneConfig } from './config.ts';
export async function tour(_config: StandaloneConfig, _say: (line: string) => void): Promise<void> {}
