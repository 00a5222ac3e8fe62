import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskUsage, filesystemDevices, type Statfs } from './filesystem-usage.js';

const field = join(__dirname, '../../../../test/fixtures/field/18-negative-available/statfs.json');
const measured = (stat: Statfs) => [{ name: '/', local: true, pool: null, stat }];
const sound: Statfs = { bsize: 1, blocks: 100, bfree: 50, bavail: 40, files: 100, ffree: 50 };

describe('sizes of filesystems', () => {
  it('are full when less than nothing is available', () => {
    const full = measured(JSON.parse(readFileSync(field, 'utf8')) as Statfs);
    expect(diskUsage(full)).toBe(100);
    expect(filesystemDevices(full)[0]).toMatchObject({
      usage: 100,
      used_bytes: 980 * 4096,
      inodes_usage: 50,
    });
    expect(diskUsage(measured({ ...sound, bavail: -1 }))).toBe(100);
  });

  it.each([
    ['blocks', { bfree: 101 }],
    ['blocks below zero', { bfree: 2 ** 64 - 2048 }],
    ['available blocks', { bavail: 101 }],
  ])('are unknown with more free %s than there are', (_, wrong) => {
    const contradictory = measured({ ...sound, ...wrong });
    expect(diskUsage(contradictory)).toBeNull();
    expect(filesystemDevices(contradictory)[0]).toMatchObject({ usage: null, used_bytes: null });
  });

  it.each([101, 2 ** 64 - 2048, -1])('have no share of inodes with %d of 100 free', (ffree) => {
    const [device] = filesystemDevices(measured({ ...sound, ffree }));
    expect(device?.inodes_usage).toBeNull();
    expect(device?.usage).toBeCloseTo((100 * 50) / 90);
  });
});
