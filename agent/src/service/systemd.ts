/** The systemd unit, and how it comes and goes (systemd.exec(5), systemd.resource-control(5)). */
import { dirname } from 'node:path/posix';
import type { AgentConfig } from '../config/config.js';
import { SELF } from '../shared/commands.js';
import { ENVIRONMENT_FILE, quoted, writeEnvironment } from './environment-file.js';
import { type Program, placeProgram, serviceEnvironment } from './program.js';
import type { Step } from './steps.js';

const FOLDER = '/usr/local/lib/procspy-agent';
const UNIT = '/etc/systemd/system/procspy-agent.service';
const SLEEP_UNIT = '/etc/systemd/system/procspy-agent-sleep.service';
const SETTINGS_FOLDER = dirname(ENVIRONMENT_FILE);

/** Homes are closed to the service's user, and a Node from a version manager lies in one. */
function isPrivatePlace(path: string): boolean {
  return /^\/(home|root|Users|run\/user|tmp)\//.test(path);
}

/** The unit's text. `execStart` is the command line of the agent. */
export function systemdUnit(execStart: readonly string[]): string {
  return `[Unit]
Description=procspy agent: sends this machine's state to a procspy server
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${commandLine(execStart)}
EnvironmentFile=${ENVIRONMENT_FILE}
Restart=always
RestartSec=5
TimeoutStopSec=15
# The agent kills itself at the end if a device that does not answer holds it.
SuccessExitStatus=SIGKILL

# Its own user, made when it starts and gone when it is uninstalled.
DynamicUser=yes
User=procspy-agent
StateDirectory=procspy-agent
StateDirectoryMode=0700
UMask=0077

# Far more than it uses; below 64M Node would only page.
MemoryHigh=160M
MemoryMax=256M
TasksMax=64
CPUWeight=20

# It reads, and writes nothing but its state. Homes stay visible for their filesystems' sizes.
# ProtectControlGroups, ProtectKernelTunables, ProtectProc and ProcSubset stay out: they mount a new /proc
# over that of lxcfs, and the service would read the memory and CPU of a container's host.
# ProtectHostname stays out: the service would keep the host name it started with.
# ProtectKernelModules stays out: it hides /usr/lib/modules; no privileges and the filter below deny loading.
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectClock=yes
ProtectKernelLogs=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
KeyringMode=private
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
# Graphics cards only, for nvidia-smi; on WSL they are behind /dev/dxg.
DevicePolicy=closed
DeviceAllow=char-nvidia* rw
DeviceAllow=/dev/dxg rw

[Install]
WantedBy=multi-user.target
`;
}

/**
 * The text of the unit that tells the agent of the machine's sleep. What `sleep.target` wants is started
 * before the machine sleeps and stopped after it woke up (systemd.special(7)).
 */
export function systemdSleepUnit(agent: readonly string[]): string {
  return `[Unit]
Description=procspy agent: says goodbye before this machine sleeps
Before=sleep.target
StopWhenUnneeded=yes

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=-${commandLine([...agent, SELF.beforeSleep])}
ExecStop=-${commandLine([...agent, SELF.afterSleep])}
TimeoutStartSec=5
TimeoutStopSec=5

# It reads the agent's state, signals the agent, and does nothing else.
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateNetwork=yes
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=CAP_KILL CAP_DAC_READ_SEARCH
ProtectClock=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectHostname=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX
SystemCallArchitectures=native
SystemCallFilter=@system-service
# Node tries others, and goes on without them.
SystemCallErrorNumber=EPERM
MemoryMax=256M

[Install]
WantedBy=sleep.target
`;
}

function commandLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w./=-]+$/.test(word) ? word : quoted(word))).join(' ');
}

/** Steps of `install`. `proxies` are the variables that name them: a service has an environment of its own. */
export function systemdInstall(
  program: Program,
  config: AgentConfig,
  proxies: Readonly<Record<string, string>>,
): Step[] {
  const placed = placeProgram(program, (name) => `${FOLDER}/${name}`, {
    copyNode: isPrivatePlace(program.executable),
  });
  const environment = { ...serviceEnvironment(config, placed.caFile), ...proxies };
  return [
    { do: 'folder', path: FOLDER, mode: 0o755 },
    ...placed.steps,
    { do: 'folder', path: SETTINGS_FOLDER, mode: 0o700 },
    {
      do: 'write',
      path: ENVIRONMENT_FILE,
      mode: 0o600,
      text: writeEnvironment(environment),
      secret: true,
    },
    { do: 'write', path: UNIT, mode: 0o644, text: systemdUnit([...placed.command, 'run']) },
    { do: 'write', path: SLEEP_UNIT, mode: 0o644, text: systemdSleepUnit(placed.command) },
    { do: 'run', command: 'systemdReload' },
    { do: 'run', command: 'systemdEnable' },
    { do: 'run', command: 'systemdRestart' },
  ];
}

/** Steps of `uninstall`. */
export function systemdUninstall(keepState: boolean): Step[] {
  const steps: Step[] = [
    { do: 'run', command: 'systemdDisable', optional: true },
    { do: 'run', command: 'systemdDisableSleep', optional: true },
    { do: 'remove', path: UNIT },
    { do: 'remove', path: SLEEP_UNIT },
    { do: 'run', command: 'systemdReload', optional: true },
    { do: 'run', command: 'systemdForget', optional: true },
    { do: 'remove', path: FOLDER },
    { do: 'remove', path: SETTINGS_FOLDER },
  ];
  if (!keepState) {
    // With DynamicUser the first is a link to the second.
    steps.push(
      { do: 'remove', path: '/var/lib/procspy-agent' },
      { do: 'remove', path: '/var/lib/private/procspy-agent' },
    );
  }
  return steps;
}
