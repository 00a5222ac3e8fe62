import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findCommand, runCommand, showCommand, startLines } from './commands.js';

/** The one file that may start programs. */
const ALLOWED = 'shared/commands.ts';
const SOURCES = join(__dirname, '..');

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.ts$/.test(entry.name) && !/\.spec\.ts$/.test(entry.name) ? [path] : [];
  });
}

describe('starting programs', () => {
  it('is done in one file only', () => {
    const found = sources(SOURCES)
      .filter((path) =>
        /child_process|worker_threads|node:cluster|node:vm\b|\beval\(|new Function/.test(
          readFileSync(path, 'utf8'),
        ),
      )
      .map((path) => relative(SOURCES, path));
    expect(found).toEqual([ALLOWED]);
  });

  it('is left to systeminformation in its own process only', () => {
    const found = sources(SOURCES)
      .filter((path) =>
        /from 'systeminformation'|import\('systeminformation'\)/.test(readFileSync(path, 'utf8')),
      )
      .map((path) => relative(SOURCES, path));
    expect(found).toEqual(['host/system-information.ts']);
  });

  it('names programs by absolute path, without a shell or anything put in', () => {
    const text = readFileSync(join(SOURCES, ALLOWED), 'utf8');
    expect(text).not.toMatch(/shell:|execSync|\bexec\(|spawnSync/);
    const list = text.slice(text.indexOf('const LIST'), text.indexOf('as const satisfies'));
    expect(list).not.toMatch(/\$\{|process\.|`/);
    for (const [, paths = ''] of list.matchAll(/paths: (\[[^\]]*\])/g)) {
      for (const [, path = ''] of paths.matchAll(/'([^']*)'/g)) {
        expect(path).toMatch(/^(\/|C:\\\\)/);
      }
    }
  });
});

describe('a program', () => {
  it('that is not installed is told of', async () => {
    if (process.platform === 'win32') return;
    expect(findCommand('taskRun')).toBeNull();
    await expect(runCommand('taskRun', 1000)).rejects.toThrow('is not installed');
    await expect(
      startLines(
        'windowsLoop',
        () => undefined,
        () => undefined,
      ),
    ).rejects.toThrow('is not installed');
    expect(showCommand('taskRun')).toBe(
      'C:\\Windows\\System32\\schtasks.exe /Run /TN procspy-agent',
    );
  });
});
