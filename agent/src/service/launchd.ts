/** The launchd daemon of macOS (launchd.plist(5)). */
import type { AgentConfig } from '../config/config.js';
import { type Program, placeProgram } from './program.js';
import { settingsFile } from './settings-file.js';
import type { Step } from './steps.js';
import { escapeXml } from './xml.js';

const FOLDER = '/usr/local/lib/procspy-agent';
const PLIST = '/Library/LaunchDaemons/procspy-agent.plist';
const DATA = '/Library/Application Support/procspy-agent';
const SETTINGS = `${DATA}/config.json`;
const STATE = `${DATA}/state`;
const LOG = '/Library/Logs/procspy-agent.log';
/** macOS's own unprivileged user `daemon`. */
const DAEMON = 1;

/** The property list's text. */
export function launchdPlist(args: readonly string[]): string {
  const words = args.map((word) => `    <string>${escapeXml(word)}</string>`).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>procspy-agent</string>
  <key>ProgramArguments</key>
  <array>
${words}
  </array>
  <key>UserName</key>
  <string>daemon</string>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <true/>
  <key>ThrottleInterval</key>
  <integer>5</integer>
  <key>ProcessType</key>
  <string>Background</string>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardErrorPath</key>
  <string>${LOG}</string>
</dict>
</plist>
`;
}

/** Steps of `install`. */
export function launchdInstall(program: Program, config: AgentConfig): Step[] {
  const placed = placeProgram(program, (name) => `${FOLDER}/${name}`);
  const words = [...placed.command, 'run', '--config', SETTINGS];
  return [
    { do: 'folder', path: FOLDER, mode: 0o755 },
    ...placed.steps,
    { do: 'folder', path: DATA, mode: 0o755 },
    { do: 'folder', path: STATE, mode: 0o700, owner: DAEMON },
    {
      do: 'write',
      path: SETTINGS,
      mode: 0o600,
      text: settingsFile(config, placed.caFile, STATE),
      secret: true,
      owner: DAEMON,
    },
    { do: 'write', path: LOG, mode: 0o640, text: '', owner: DAEMON },
    { do: 'write', path: PLIST, mode: 0o644, text: launchdPlist(words) },
    { do: 'run', command: 'launchdUnload', optional: true },
    { do: 'run', command: 'launchdLoad' },
  ];
}

/** Steps of `uninstall`. */
export function launchdUninstall(keepState: boolean): Step[] {
  return [
    { do: 'run', command: 'launchdUnload', optional: true },
    { do: 'remove', path: PLIST },
    { do: 'remove', path: FOLDER },
    { do: 'remove', path: LOG },
    { do: 'remove', path: keepState ? SETTINGS : DATA },
  ];
}
