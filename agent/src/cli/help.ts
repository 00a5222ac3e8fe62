/** The help texts. */
import { SETTINGS, type SettingFlag } from '../config/settings.js';
import { SWITCHES, type Verb } from './arguments.js';

const SUMMARY: Record<Verb, string> = {
  run: 'collect and send until stopped',
  once: 'print one sample as JSON; nothing is sent',
  enroll: 'register this machine with a server and keep its key',
  install: 'install a service that starts with the machine (needs an administrator)',
  uninstall: 'remove the service and everything it kept (needs an administrator)',
  status: 'show the state of the running agent',
  doctor: 'check every collector, the server, the key and the clock',
};

const DETAIL: Record<Verb, string> = {
  run:
    'Samples that cannot be delivered wait in the state folder and follow, in order and once, when ' +
    'the server is back. Ctrl-C or SIGTERM ends it cleanly.',
  once:
    'Takes two readings a second apart, because rates need two, and prints the sample as it would ' +
    "be sent, without the machine's id.",
  enroll:
    'Needs --server and --enrollment-key (or PROCSPY_ENROLLMENT_KEY). A running agent picks up the ' +
    'new key by itself.',
  install:
    'Linux: a systemd unit with its own user. macOS: a launchd daemon. Windows: a scheduled task at ' +
    'start-up. Takes the same settings as run and keeps them for the service. Called again, it ' +
    'replaces the program and keeps what is not given anew.',
  uninstall: 'Removes the program, its settings and its state.',
  status: 'Exit code 0 if it delivers, 1 if it does not, 3 if no agent runs.',
  doctor:
    'Each line tells whether a part works, is not permitted, lacks a tool or is not on this ' +
    'machine, and how to mend it. Exit code 1 if something should be mended.',
};

/** The settings that matter to a verb, where not all do. */
const MATTERING: Partial<Record<Verb, readonly SettingFlag[]>> = {
  once: ['host-root', 'config'],
  uninstall: [],
  status: ['state-dir', 'config'],
};

const WIDTH = 90;

/** Help for one verb, or for all. */
export function helpText(about?: Verb): string {
  if (about) {
    const sections = [
      `procspy-agent ${about}: ${SUMMARY[about]}`,
      wrapped(DETAIL[about]),
      switchesHelp(about),
      settingsHelp(MATTERING[about]),
    ];
    return sections.filter(Boolean).join('\n\n');
  }
  const verbs = Object.entries(SUMMARY).map(([verb, text]) => `  ${verb.padEnd(10)} ${text}`);
  return [
    'procspy-agent sends the state of this machine to a procspy server.',
    '',
    'Usage: procspy-agent <command> [flags]',
    '',
    ...verbs,
    '',
    'procspy-agent <command> --help tells more about a command; --version prints the version.',
    '',
    settingsHelp(),
  ].join('\n');
}

function switchesHelp(about: Verb): string {
  return Object.entries(SWITCHES)
    .filter(([, { verbs }]) => verbs.includes(about))
    .map(([name, { value, help }]) => {
      const flag = `--${name}${value === undefined ? '' : ` ${value}`}`;
      return `  ${flag.padEnd(14)} ${help}`;
    })
    .join('\n');
}

function settingsHelp(mattering?: readonly SettingFlag[]): string {
  const shown = SETTINGS.filter(({ flag }) => mattering?.includes(flag) ?? true);
  const lines = shown.map((setting) => {
    const flag = `--${setting.flag}${'value' in setting ? ` ${setting.value}` : ''}`;
    return `  ${flag.padEnd(30)} ${setting.variable}\n${wrapped(setting.help, 6)}`;
  });
  if (lines.length === 0) return '';
  return `Settings, from flags, else the environment, else a JSON file:\n${lines.join('\n')}\n`;
}

/** The text in lines that fit a terminal, each `indent` blanks to the right. */
function wrapped(text: string, indent = 0): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => ' '.repeat(indent) + line).join('\n');
}
