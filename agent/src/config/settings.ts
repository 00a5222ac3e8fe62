/** The list of settings: flag, environment variable, key of the file, meaning. Drives parsing and help. */

/** One setting. */
export interface Setting {
  flag: string;
  variable: string;
  /** Key in the JSON file. */
  key: string;
  /** What the value is, in the help; absent for switches. */
  value?: string;
  help: string;
}

/** Every setting that a person may give, in the order of the help text. */
export const SETTINGS = [
  {
    flag: 'server',
    variable: 'PROCSPY_SERVER_URL',
    key: 'server',
    value: 'URL',
    help: 'where the server is: http://… or https://… (default: where this machine is registered, or http://localhost:8080 if a key is given)',
  },
  {
    flag: 'enrollment-key',
    variable: 'PROCSPY_ENROLLMENT_KEY',
    key: 'enrollment_key',
    value: 'KEY',
    help: 'registers this machine the first time; not needed afterwards',
  },
  {
    flag: 'api-key',
    variable: 'PROCSPY_API_KEY',
    key: 'api_key',
    value: 'KEY',
    help: "this machine's own key, if it has one already",
  },
  {
    flag: 'name',
    variable: 'PROCSPY_MACHINE_NAME',
    key: 'name',
    value: 'NAME',
    help: 'the name shown for this machine (default: its host name)',
  },
  {
    flag: 'interval',
    variable: 'PROCSPY_INTERVAL',
    key: 'interval',
    value: 'TIME',
    help: 'time between samples, e.g. 1s, 5s, 1m (default 5s)',
  },
  {
    flag: 'transport',
    variable: 'PROCSPY_TRANSPORT',
    key: 'transport',
    value: 'http|websocket',
    help: 'how samples travel (default http)',
  },
  {
    flag: 'state-dir',
    variable: 'PROCSPY_STATE_DIR',
    key: 'state_dir',
    value: 'FOLDER',
    help: 'identity, key and undelivered samples are kept here',
  },
  {
    flag: 'host-root',
    variable: 'PROCSPY_HOST_ROOT',
    key: 'host_root',
    value: 'FOLDER',
    help: "where the host's root is mounted, for the agent in a container, e.g. /host",
  },
  {
    flag: 'tags',
    variable: 'PROCSPY_TAGS',
    key: 'tags',
    value: 'A,B',
    help: 'labels for this machine, separated by commas',
  },
  {
    flag: 'ca-file',
    variable: 'PROCSPY_CA_FILE',
    key: 'ca_file',
    value: 'FILE',
    help: "certificate authority (PEM) that signs the server's certificate, instead of the public ones",
  },
  {
    flag: 'spool-max-bytes',
    variable: 'PROCSPY_SPOOL_MAX_BYTES',
    key: 'spool_max_bytes',
    value: 'SIZE',
    help: 'room on disk for undelivered samples (default 64MB)',
  },
  {
    flag: 'spool-max-age',
    variable: 'PROCSPY_SPOOL_MAX_AGE',
    key: 'spool_max_age',
    value: 'TIME',
    help: 'how long undelivered samples are kept (default 7d)',
  },
  {
    flag: 'fingerprint',
    variable: 'PROCSPY_FINGERPRINT',
    key: 'fingerprint',
    value: 'TEXT',
    help: "identifies this machine in place of the host's id, e.g. for cloned machines and containers",
  },
  {
    flag: 'no-evidence',
    variable: 'PROCSPY_EVIDENCE',
    key: 'evidence',
    help: 'never send the names of top processes (variable: false)',
  },
  {
    flag: 'log-level',
    variable: 'LOG_LEVEL',
    key: 'log_level',
    value: 'LEVEL',
    help: 'debug, info, warn or error (default info)',
  },
  {
    flag: 'config',
    variable: 'PROCSPY_AGENT_CONFIG',
    key: '',
    value: 'FILE',
    help: 'JSON file with these settings (default: config.json of the system folder, if it exists)',
  },
] as const satisfies readonly Setting[];

/** The flag of a setting. */
export type SettingFlag = (typeof SETTINGS)[number]['flag'];

/** Where a value came from, for messages: `--server`, `PROCSPY_SERVER_URL` or `server in /etc/…`. */
export interface GivenValue {
  text: string;
  origin: string;
}

/** The values that were given, by flag. */
export type GivenSettings = Partial<Record<SettingFlag, GivenValue>>;
