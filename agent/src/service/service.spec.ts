import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DOMParser, Element, onWarningStopParsing } from '@xmldom/xmldom';
import { loadConfig } from '../config/config.js';
import { proxyVariables } from '../http/proxy.js';
import { readEnvironment, settingsOfService, writeEnvironment } from './environment-file.js';
import { launchdPlist } from './launchd.js';
import type { Program } from './program.js';
import { installSteps, uninstallSteps } from './service.js';
import { describeStep, performSteps, type Step } from './steps.js';
import { systemdSleepUnit, systemdUnit } from './systemd.js';
import { taskXml } from './windows.js';

/** The root element; throws if the document is not well formed. */
function parseXml(document: string): Element {
  // The parser accepts an ampersand that is not part of an entity.
  expect(document).not.toMatch(/&(?!\w+;)/);
  const parser = new DOMParser({ onError: onWarningStopParsing });
  const root = parser.parseFromString(document, 'text/xml').documentElement;
  if (root === null) throw new Error('the document has no root element');
  return root;
}

function childrenOf(element: Element | undefined): Element[] {
  return [...(element?.childNodes ?? [])].filter((node) => node instanceof Element);
}

const node: Program = {
  executable: '/usr/bin/node',
  bundle: '/opt/x/procspy-agent.mjs',
  caFile: null,
};
const config = loadConfig({
  flags: {
    server: 'https://monitor.example.com',
    'enrollment-key': 'top-secret-key',
    name: 'web "1" $HOME',
    tags: 'a,b',
  },
  env: {},
  platform: 'linux',
  root: true,
  readFile: () => '{}',
});
const written = (steps: Step[], suffix: string) =>
  steps.flatMap((step) => (step.do === 'write' && step.path.endsWith(suffix) ? [step] : []))[0];

describe('the systemd unit', () => {
  const unit = systemdUnit([process.execPath, '--max-old-space-size=96', '/usr/bin/env', 'run']);

  it('has its own user, a read-only system and limits', () => {
    for (const line of [
      'DynamicUser=yes',
      'ProtectSystem=strict',
      'NoNewPrivileges=yes',
      'StateDirectory=procspy-agent',
      'MemoryMax=256M',
      'TasksMax=64',
      'Restart=always',
    ]) {
      expect(unit.split('\n')).toContain(line);
    }
  });

  it.each([
    ['ProtectControlGroups', 'mounts a new /proc over that of lxcfs'],
    ['ProtectKernelTunables', 'mounts a new /proc over that of lxcfs'],
    ['ProtectProc', 'mounts a new /proc'],
    ['ProcSubset', 'mounts a new /proc without meminfo and stat'],
    ['RootDirectory', 'hides all filesystems'],
    ['RootImage', 'hides all filesystems'],
    ['PrivateDevices', 'hides graphics cards'],
    ['PrivateNetwork', 'hides network interfaces'],
    ['PrivateUsers', 'hides the owners of processes'],
    ['PrivatePIDs', 'hides processes'],
    ['ProtectHostname', 'keeps the host name of the start'],
    ['ProtectKernelModules', 'hides a filesystem at /usr/lib/modules'],
    ['InaccessiblePaths', 'hides filesystems'],
    ['TemporaryFileSystem', 'hides filesystems'],
  ])('does without %s, which %s: the service measures what a shell does', (option) => {
    expect(unit.split('\n').filter((line) => line.startsWith(`${option}=`))).toEqual([]);
  });

  it('leaves homes visible, and lets nvidia-smi reach the graphics cards, on WSL too', () => {
    for (const line of [
      'ProtectHome=read-only',
      'DeviceAllow=char-nvidia* rw',
      'DeviceAllow=/dev/dxg rw',
    ]) {
      expect(unit.split('\n')).toContain(line);
    }
  });
});

describe('the systemd unit of sleep', () => {
  const unit = systemdSleepUnit([process.execPath]);

  it('runs before the machine sleeps, and again after it woke up', () => {
    const lines = unit.split('\n');
    for (const line of [
      'Before=sleep.target',
      'StopWhenUnneeded=yes',
      'RemainAfterExit=yes',
      `ExecStart=-${process.execPath} internal-before-sleep`,
      `ExecStop=-${process.execPath} internal-after-sleep`,
      'WantedBy=sleep.target',
      // Without it the kernel kills Node at the first call that is not on the list.
      'SystemCallErrorNumber=EPERM',
    ]) {
      expect(lines).toContain(line);
    }
  });
});

describe('installing on Linux', () => {
  const steps = installSteps('linux', node, config);

  it('copies the bundle, keeps the settings for root only and starts the unit', () => {
    expect(steps.map(describeStep).map((line) => line.split('\n')[0])).toEqual([
      'create folder /usr/local/lib/procspy-agent (mode 755)',
      'copy /opt/x/procspy-agent.mjs to /usr/local/lib/procspy-agent/procspy-agent.mjs (mode 755)',
      'create folder /etc/procspy-agent (mode 700)',
      'write /etc/procspy-agent/agent.env (mode 600)',
      'write /etc/systemd/system/procspy-agent.service (mode 644)',
      'write /etc/systemd/system/procspy-agent-sleep.service (mode 644)',
      expect.stringMatching(/^run \S*systemctl daemon-reload$/),
      expect.stringMatching(
        /^run \S*systemctl enable procspy-agent.service procspy-agent-sleep.service$/,
      ),
      expect.stringMatching(/^run \S*systemctl restart procspy-agent.service$/),
    ]);
  });

  it('quotes values, and shows no key in what it prints', () => {
    const environment = written(steps, 'agent.env');
    expect(environment?.text).toContain('PROCSPY_MACHINE_NAME="web \\"1\\" \\$HOME"');
    expect(environment?.text).toContain('PROCSPY_ENROLLMENT_KEY="top-secret-key"');
    expect(steps.map(describeStep).join('\n')).not.toContain('top-secret');
  });

  it('keeps what was given and nothing else, and is read back as it was', () => {
    const text = written(steps, 'agent.env')?.text ?? '';
    expect(readEnvironment(text)).toEqual({
      PROCSPY_SERVER_URL: 'https://monitor.example.com',
      PROCSPY_ENROLLMENT_KEY: 'top-secret-key',
      PROCSPY_MACHINE_NAME: 'web "1" $HOME',
      PROCSPY_TAGS: 'a,b',
    });
    const odd = { A: 'a\\b "c" $d `e` =f#', B: '' };
    expect(readEnvironment(`# note\n\nC=1\n${writeEnvironment(odd)}`)).toEqual(odd);
  });

  it('lends its settings to no command that names another server', () => {
    const text = written(steps, 'agent.env')?.text ?? '';
    expect(settingsOfService(text, undefined)).toEqual(readEnvironment(text));
    expect(settingsOfService(text, 'https://monitor.example.com')).toEqual(readEnvironment(text));
    expect(settingsOfService(text, 'https://elsewhere.example.com')).toEqual({});
  });

  it('keeps the proxies, which a service does not know of otherwise, without showing passwords', () => {
    const proxies = proxyVariables({
      HTTPS_PROXY: 'http://ada:secret@proxy:3128',
      no_proxy: 'a,b',
      HTTP_PROXY: '',
      PATH: '/bin',
    });
    const steps = installSteps('linux', node, config, proxies);
    expect(readEnvironment(written(steps, 'agent.env')?.text ?? '')).toMatchObject(proxies);
    expect(Object.keys(proxies)).toEqual(['HTTPS_PROXY', 'no_proxy']);
    expect(steps.map(describeStep).join('\n')).not.toContain('secret');
  });

  it.each([
    ['linux', '/usr/local/lib/procspy-agent/ca.pem', 'agent.env'],
    ['darwin', '/usr/local/lib/procspy-agent/ca.pem', 'config.json'],
    ['win32', 'C:\\ProgramData\\procspy-agent\\ca.pem', 'config.json'],
  ] as const)(
    'copies the certificate authority to where the service of %s may read it',
    (platform, path, settings) => {
      const steps = installSteps(platform, { ...node, caFile: '/home/ada/ca.pem' }, config);
      expect(steps).toContainEqual({ do: 'copy', from: '/home/ada/ca.pem', path, mode: 0o644 });
      expect(written(steps, settings)?.text).toContain(JSON.stringify(path).slice(1, -1));
    },
  );

  it('lets the service of Windows write its state and nothing else', () => {
    const commands = installSteps('win32', node, config).flatMap((step) =>
      step.do === 'run' ? describeStep(step) : [],
    );
    const grants = commands.filter((line) => line.includes('icacls'));
    expect(grants).toEqual([
      expect.stringMatching(
        /icacls\.exe C:\\ProgramData\\procspy-agent .*S-1-5-19:\(OI\)\(CI\)RX$/,
      ),
      expect.stringMatching(/procspy-agent\\state \/grant \*S-1-5-19:\(OI\)\(CI\)M$/),
    ]);
  });

  it('ends a running task of Windows before its files are replaced', () => {
    const steps = installSteps('win32', node, config);
    const at = (found: (step: Step) => boolean) => steps.findIndex(found);
    expect(at((step) => step.do === 'run' && step.command === 'taskEnd')).toBeLessThan(
      at((step) => step.do === 'copy'),
    );
  });

  it('copies a Node that lies in a home, and the single executable alone', () => {
    const home = installSteps('linux', { ...node, executable: '/home/ada/.nvm/node' }, config);
    expect(home.map(describeStep)).toContain(
      'copy /home/ada/.nvm/node to /usr/local/lib/procspy-agent/node (mode 755)',
    );
    expect(written(home, '.service')?.text).toContain(
      'ExecStart=/usr/local/lib/procspy-agent/node ',
    );
    const single = installSteps(
      'linux',
      { executable: '/tmp/procspy-agent', bundle: null, caFile: null },
      config,
    );
    expect(written(single, '.service')?.text).toContain(
      'ExecStart=/usr/local/lib/procspy-agent/procspy-agent run\n',
    );
  });

  it('is undone without a trace, or but for the state', () => {
    const made = steps.flatMap((step) =>
      step.do === 'folder' || step.do === 'write' || step.do === 'copy' ? [step.path] : [],
    );
    const removed = uninstallSteps('linux', false).flatMap((step) =>
      step.do === 'remove' ? [step.path] : [],
    );
    for (const path of made) {
      expect(removed.some((gone) => path === gone || path.startsWith(`${gone}/`))).toBe(true);
    }
    expect(removed).toContain('/var/lib/private/procspy-agent');
    expect(
      uninstallSteps('linux', true).some(
        (step) => 'path' in step && step.path.includes('/var/lib'),
      ),
    ).toBe(false);
  });
});

describe('installing on macOS and Windows', () => {
  it('writes a property list that parses', () => {
    const plist = parseXml(launchdPlist(['/a/node', 'x & <y>', 'run']));
    expect(plist.tagName).toBe('plist');
    const [dict] = childrenOf(plist);
    const entries = childrenOf(dict);
    expect(dict?.tagName).toBe('dict');
    expect(entries.map(({ tagName, textContent }) => [tagName, textContent])).toContainEqual([
      'string',
      'procspy-agent',
    ]);
    const words = childrenOf(entries.find(({ tagName }) => tagName === 'array'));
    expect(words.map(({ textContent }) => textContent)).toEqual(['/a/node', 'x & <y>', 'run']);
  });

  it('writes a task that parses', () => {
    const task = parseXml(taskXml('C:\\x\\node.exe', '"C:\\a b\\agent.mjs" run'));
    expect(task.tagName).toBe('Task');
    const textOf = (name: string) => task.getElementsByTagName(name)[0]?.textContent;
    expect(textOf('Arguments')).toBe('"C:\\a b\\agent.mjs" run');
    expect(textOf('UserId')).toBe('S-1-5-19');
  });

  it.each(['darwin', 'win32'] as const)(
    'keeps the settings of %s in a file that is read back',
    (platform) => {
      const steps = installSteps(platform, node, config);
      const file = written(steps, 'config.json');
      expect(file?.mode).toBe(0o600);
      const again = loadConfig({
        flags: {},
        env: {},
        platform,
        root: true,
        readFile: () => file?.text ?? '',
      });
      expect(again).toMatchObject({
        name: config.name,
        enrollmentKey: 'top-secret-key',
        tags: ['a', 'b'],
        intervalMs: 5000,
        spoolMaxBytes: 64e6,
        stateDir: expect.stringContaining('procspy-agent'),
      });
      expect(steps.map(describeStep).join('\n')).not.toContain('top-secret');
      const removed = uninstallSteps(platform, false).filter((step) => step.do === 'remove');
      expect(removed.length).toBeGreaterThan(0);
    },
  );

  it('says so where there is no service', () => {
    expect(() => installSteps('freebsd', node, config)).toThrow('there is no service for freebsd');
  });
});

describe('doing the steps', () => {
  it('writes, copies and removes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'procspy-steps-'));
    const told: string[] = [];
    await performSteps(
      [
        { do: 'folder', path: join(folder, 'a'), mode: 0o700 },
        { do: 'write', path: join(folder, 'a/b'), mode: 0o600, text: 'x' },
        { do: 'copy', from: join(folder, 'a/b'), path: join(folder, 'c/d'), mode: 0o644 },
        { do: 'remove', path: join(folder, 'a') },
        { do: 'run', command: 'taskEnd', optional: true },
      ],
      (line) => told.push(line),
    );
    expect(existsSync(join(folder, 'a'))).toBe(false);
    expect(existsSync(join(folder, 'c/d'))).toBe(true);
    expect(told).toHaveLength(5);
    expect(told[4]).toMatch(/not needed$/);
    rmSync(folder, { recursive: true });
  });

  it('leaves a program in place that installs itself, and replaces another as a whole', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'procspy-steps-'));
    const path = join(folder, 'agent');
    const copy = (from: string): Step => ({ do: 'copy', from, path, mode: 0o755 });
    writeFileSync(path, 'old');
    await performSteps([copy(path)], () => undefined);
    expect(readFileSync(path, 'utf8')).toBe('old');
    writeFileSync(join(folder, 'fresh'), 'new');
    await performSteps([copy(join(folder, 'fresh'))], () => undefined);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['agent', 'fresh']);
    rmSync(folder, { recursive: true });
  });

  it('stops at the first that fails, and names it', async () => {
    const copy: Step = { do: 'copy', from: '/nonexistent/x', path: '/nonexistent/y', mode: 0o644 };
    await expect(
      performSteps([{ ...copy, path: join(tmpdir(), 'procspy-no') }], () => undefined),
    ).rejects.toThrow('cannot copy /nonexistent/x');
  });
});
