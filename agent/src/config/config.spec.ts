import { parseCommandLine, VERBS } from '../cli/arguments.js';
import { helpText } from '../cli/help.js';
import { UsageError } from '../shared/errors.js';
import { formatDuration, formatSize, parseDuration, parseSize } from '../shared/units.js';
import { type ConfigSources, loadConfig } from './config.js';
import { SETTINGS } from './settings.js';

const load = (sources: Partial<ConfigSources> = {}) =>
  loadConfig({
    flags: {},
    env: {},
    platform: 'linux',
    root: true,
    readFile: () => {
      throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    },
    ...sources,
  });

describe('settings', () => {
  it('have sensible defaults', () => {
    expect(load()).toMatchObject({
      given: {},
      enrollmentKey: null,
      intervalMs: 5000,
      transport: 'http',
      stateDir: '/var/lib/procspy-agent',
      spoolMaxBytes: 64e6,
      spoolMaxAgeMs: 604_800_000,
      evidence: true,
    });
    expect(load().server.href).toBe('http://localhost:8080/');
  });

  it('come from flags, then the environment, then the file', () => {
    const file = {
      readFile: () => '{"interval":30,"name":"file","tags":["a","b"],"transport":"websocket"}',
    };
    const env = { PROCSPY_INTERVAL: '20s', PROCSPY_MACHINE_NAME: 'env' };
    const config = load({ ...file, env, flags: { name: 'flag' } });
    expect(config).toMatchObject({
      name: 'flag',
      intervalMs: 20_000,
      transport: 'websocket',
      tags: ['a', 'b'],
    });
  });

  it.each([
    [
      { flags: { interval: '0' } },
      '--interval: "0" is not a duration from 100ms to 10m; a good one is 5s',
    ],
    [{ env: { PROCSPY_INTERVAL: 'fast' } }, 'PROCSPY_INTERVAL: "fast" is not a duration'],
    [
      { env: { PROCSPY_SERVER_URL: 'ftp://x' } },
      'PROCSPY_SERVER_URL: "ftp://x" is not the address',
    ],
    [{ flags: { server: 'http://u:p@x' } }, '--server'],
    [{ flags: { 'api-key': 'two words' } }, '--api-key'],
    [{ flags: { transport: 'smoke' } }, 'is neither http nor websocket'],
    [{ flags: { tags: 'x'.repeat(65) } }, '--tags'],
    [{ env: { PROCSPY_EVIDENCE: 'maybe' } }, 'PROCSPY_EVIDENCE: "maybe" is neither true nor false'],
    [{ flags: { 'spool-max-bytes': '1kB' } }, '--spool-max-bytes'],
    [{ env: { LOG_LEVEL: 'loud' } }, 'is none of debug, info, warn, error'],
    [{ readFile: () => '{"servr":"x"}' }, 'unknown key "servr"'],
    [{ readFile: () => '{' }, 'is not JSON'],
    [{ readFile: () => '[]' }, 'one JSON object'],
    [{ readFile: () => '{"name":{}}' }, '"name" in /etc/procspy-agent/config.json'],
  ])('name what is wrong with %j', (sources, message) => {
    expect(() => load(sources as Partial<ConfigSources>)).toThrow(UsageError);
    expect(() => load(sources as Partial<ConfigSources>)).toThrow(message);
  });

  it('need a named file to exist, and a default one not', () => {
    expect(() => load({ flags: { config: '/nowhere.json' } })).toThrow(
      'cannot read the settings file',
    );
  });

  it('may switch evidence off, by flag or variable', () => {
    expect(load({ flags: { 'no-evidence': true } }).evidence).toBe(false);
    expect(load({ env: { PROCSPY_EVIDENCE: 'false' } }).evidence).toBe(false);
  });

  it('keep the state where each system keeps such things', () => {
    const dir = (sources: Partial<ConfigSources>) => load(sources).stateDir;
    expect(dir({ env: { STATE_DIRECTORY: '/var/lib/private/x:/y' } })).toBe('/var/lib/private/x');
    expect(dir({ platform: 'darwin' })).toBe('/Library/Application Support/procspy-agent/state');
    expect(dir({ platform: 'win32', env: { ProgramData: 'D:\\PD' } })).toBe(
      'D:\\PD\\procspy-agent\\state',
    );
    expect(dir({ root: false, env: { XDG_STATE_HOME: '/s' } })).toBe('/s/procspy-agent');
  });

  it.each(['notaurl', 'monitor:8080', 'http://', '//monitor'])(
    'refuse %j as a server',
    (server) => {
      expect(() => load({ flags: { server } })).toThrow(
        `--server: "${server}" is not the address of a server: it needs http:// or https://`,
      );
    },
  );
});

describe('the command line', () => {
  it('is a verb with flags', () => {
    expect(parseCommandLine(['run', '--server', 'http://x', '--no-evidence'])).toMatchObject({
      verb: 'run',
      flags: { server: 'http://x', 'no-evidence': true },
    });
  });

  it('knows help for all and for each', () => {
    expect(parseCommandLine(['--help']).verb).toBe('help');
    expect(parseCommandLine(['help', 'doctor'])).toMatchObject({ verb: 'help', about: 'doctor' });
    expect(parseCommandLine(['once', '-h'])).toMatchObject({ verb: 'help', about: 'once' });
    expect(parseCommandLine(['--version']).verb).toBe('version');
  });

  it.each([
    [[], 'say what to do'],
    [['dance'], 'unknown command "dance"'],
    [['run', 'fast'], '"fast" is too much'],
    [['run', '--speed'], "Unknown option '--speed'"],
    [['run', '--server'], '--server'],
    [['run', '--json'], 'run has no flag --json'],
    [['once', '--dry-run'], 'once has no flag --dry-run'],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
    expect(() => parseCommandLine(args)).toThrow(message);
  });

  it('tells of every setting in its help', () => {
    const help = helpText();
    for (const { flag, variable } of SETTINGS) {
      expect(help).toContain(`--${flag}`);
      expect(help).toContain(variable);
    }
  });

  it('fits a terminal, and tells of each command the flags that matter to it', () => {
    for (const about of [undefined, ...VERBS]) {
      for (const line of helpText(about).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    }
    expect(helpText('status')).toMatch(/--json +one line of JSON/);
    expect(helpText('status')).not.toContain('--tags');
    expect(helpText('run')).not.toContain('--json');
    expect(helpText('uninstall')).toMatch(/--keep-state/);
  });
});

describe('durations and sizes', () => {
  it.each([
    ['5s', 5000],
    ['500ms', 500],
    ['1.5m', 90_000],
    ['7d', 604_800_000],
    ['30', 30_000],
    ['5 parsecs', null],
    ['-1s', null],
    ['', null],
  ])('%j is %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    ['64MB', 64e6],
    ['1gb', 1e9],
    ['512', 512],
    ['64M', 64e6],
    ['64MiB', 2 ** 26],
    ['1 LB', null],
  ])('%j is %s bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it('are written for people', () => {
    expect([350, 12_000, 300_000, 7_200_000, 700_000_000].map(formatDuration)).toEqual([
      '350 ms',
      '12 s',
      '5 min',
      '2 h',
      '8 d',
    ]);
    expect([812, 4200, 63e6, 812e6].map(formatSize)).toEqual([
      '812 B',
      '4.2 kB',
      '63 MB',
      '812 MB',
    ]);
  });
});
