/** The help texts. */
import { SETTINGS } from '../settings.js';
import type { Verb } from './arguments.js';

const SUMMARY: Record<Verb, string> = {
  run: 'collect and send until stopped',
  once: 'print one sample as JSON; nothing is sent',
  enroll: 'register this machine with a server and keep its key',
  install: 'make it a service that starts with the machine (needs an administrator)',
  uninstall: 'remove the service and everything it kept (needs an administrator)',
  status: 'tell how the running agent fares',
  doctor: 'check every collector, the server, the key and the clock',
};

const DETAIL: Record<Verb, string> = {
  run: `Samples that cannot be delivered wait in the state folder and follow, in order and once, when
the server is back. Ctrl-C or SIGTERM ends it cleanly.`,
  once: `Takes two readings a second apart, because rates need two, and prints the sample as it would
be sent, without the machine's id. --json prints it on one line.`,
  enroll: `Needs --server and --enrollment-key (or PROCSPY_ENROLLMENT_KEY). A running agent takes up the
new key by itself. --json prints the machine's id as JSON.`,
  install: `Linux: a systemd unit with its own user. macOS: a launchd daemon. Windows: a scheduled task at
start-up. Takes the same settings as run and keeps them for the service.
--dry-run prints what would be done and changes nothing.`,
  uninstall: `--keep-state leaves the identity and undelivered samples. --dry-run only prints.`,
  status: 'Exit code 0 if it delivers, 1 if it does not, 3 if no agent runs. --json for scripts.',
  doctor: `Each line tells whether a part works, is not permitted, lacks a tool or is not on this machine,
and how to mend it. Exit code 1 if something should be mended. --json for scripts.`,
};

/** Help for one verb, or for all. */
export function helpText(about?: Verb): string {
  if (about) {
    return `procspy-agent ${about}: ${SUMMARY[about]}\n\n${DETAIL[about]}\n\n${settingsHelp()}`;
  }
  const verbs = Object.entries(SUMMARY).map(([verb, text]) => `  ${verb.padEnd(10)} ${text}`);
  return [
    'procspy-agent sends the state of this machine to a procspy server.',
    '',
    'Usage: procspy-agent <command> [flags]',
    '',
    ...verbs,
    '',
    'procspy-agent <command> --help tells more about a command.',
    '',
    settingsHelp(),
  ].join('\n');
}

function settingsHelp(): string {
  const lines = SETTINGS.map((setting) => {
    const flag = `--${setting.flag}${'value' in setting ? ` ${setting.value}` : ''}`;
    return `  ${flag.padEnd(30)} ${setting.variable}\n      ${setting.help}`;
  });
  return `Settings, from flags, else the environment, else a JSON file:\n${lines.join('\n')}\n`;
}
