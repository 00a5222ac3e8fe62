import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { patientReads } from '../../../testing/device-reads.js';
import { makeTree, type Tree } from '../../../testing/tree.js';
import { DeviceReads, threadsBlockedOnDevices } from '../device-reads.js';
import { DeviceFiles } from './device-files.js';

describe('files of a device', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = makeTree({ temp1: '47000\n', temp2: 'N/A\n', temp3: '\n' });
  });
  afterEach(() => tree.remove());
  const paths = (...names: string[]) => names.map((name) => join(tree.path, name));
  const value = (number: number | null) => ({ value: number, problem: null });

  it('tell a number each, and none where there is none', async () => {
    const files = new DeviceFiles(
      'chip',
      paths('temp1', 'temp2', 'temp3', 'temp4'),
      patientReads(),
    );
    const none = value(null);
    expect(await files.read()).toEqual([value(47_000), none, none, none]);
    tree.add({ temp1: '8\n', temp4: '5\n' });
    expect(await files.read()).toEqual([value(8), none, none, value(5)]);
    files.close();
    expect(await files.read()).toEqual([]);
  });

  it('say why there is no number though there is a file', async () => {
    tree.add({ 'folder/x': '' });
    const files = new DeviceFiles('chip', paths('folder', 'temp1'), patientReads());
    const [folder, temperature] = await files.read();
    expect(folder).toEqual({ value: null, problem: expect.stringContaining('EISDIR') });
    expect(temperature).toEqual(value(47_000));
    files.close();
  });

  it('tell what came before the one that hangs, in this round only', async () => {
    execFileSync('mkfifo', paths('hung'));
    const [hung = ''] = paths('hung');
    const reads = new DeviceReads({ deadlineMs: 1_500 });
    const files = new DeviceFiles('chip', [...paths('temp1'), hung, ...paths('temp2')], reads);
    const unanswered = {
      value: null,
      problem: expect.stringContaining(`${hung} has not answered`),
    };
    expect(await files.read()).toEqual([value(47_000), unanswered, unanswered]);
    expect(await files.read()).toEqual([unanswered, unanswered, unanswered]);
    files.close();
    closeSync(openSync(hung, 'r+'));
    while (threadsBlockedOnDevices() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
});
