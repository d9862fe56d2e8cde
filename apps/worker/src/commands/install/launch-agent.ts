import { escapeXml } from './escape-xml.ts';

export const AGENT_LABEL = 'com.renderdeck.worker';

export type AgentFacts = {
  readonly command: readonly string[];
  readonly folder: string;
  readonly log: string;
  /** The settings file; null: the program finds it beside itself. */
  readonly settings: string | null;
};

/** The LaunchAgent of a worker on macOS. docs/hosts/macos.md gives the reason of each key. */
export function launchAgent({ command, folder, log, settings }: AgentFacts): string {
  const string = (text: string) => `<string>${escapeXml(text)}</string>`;
  const variable =
    settings === null ? [] : ['    <key>RENDERDECK_SETTINGS_FILE</key>', `    ${string(settings)}`];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN"' +
      ' "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    '  <key>Label</key>',
    `  ${string(AGENT_LABEL)}`,
    '  <key>ProgramArguments</key>',
    '  <array>',
    ...command.map((part) => `    ${string(part)}`),
    '  </array>',
    '  <key>WorkingDirectory</key>',
    `  ${string(folder)}`,
    '  <key>EnvironmentVariables</key>',
    '  <dict>',
    '    <key>PATH</key>',
    '    <string>/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin:/usr/sbin:/sbin</string>',
    ...variable,
    '  </dict>',
    '  <!-- After Effects needs the session of a user who is logged in at the screen. -->',
    '  <key>LimitLoadToSessionType</key>',
    '  <string>Aqua</string>',
    '  <key>RunAtLoad</key>',
    '  <true/>',
    '  <!-- launchd starts it again when it fails, but not after it ended in order. -->',
    '  <key>KeepAlive</key>',
    '  <dict>',
    '    <key>SuccessfulExit</key>',
    '    <false/>',
    '  </dict>',
    '  <key>ThrottleInterval</key>',
    '  <integer>10</integer>',
    '  <!-- Seconds from SIGTERM to SIGKILL: more than RENDERDECK_DRAIN_LIMIT_MS. -->',
    '  <key>ExitTimeOut</key>',
    '  <integer>90</integer>',
    '  <!-- Without this, macOS gives the renders less processor and disk time. -->',
    '  <key>ProcessType</key>',
    '  <string>Interactive</string>',
    '  <key>StandardOutPath</key>',
    `  ${string(log)}`,
    '  <key>StandardErrorPath</key>',
    `  ${string(log)}`,
    '</dict>',
    '</plist>',
    '',
  ].join('\n');
}
