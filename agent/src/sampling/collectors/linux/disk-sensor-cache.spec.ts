import type { SensorValue } from './device-files.js';
import { DiskSensorCache } from './disk-sensor-cache.js';

describe('a disk that is spared', () => {
  const warm: readonly SensorValue[] = [{ value: 30_000, problem: null }];
  const silent: readonly SensorValue[] = [{ value: null, problem: 'it has not answered' }];

  it('is asked again soon if it did not answer, else once a minute', async () => {
    const disk = new DiskSensorCache(null);
    const answers = [silent, warm, warm];
    const askedAt: number[] = [];
    for (let second = 0; second <= 70; second += 1) {
      await disk.read(second * 1_000, async () => {
        askedAt.push(second);
        return answers.shift() ?? [];
      });
    }
    expect(askedAt).toEqual([0, 5, 65]);
  });
});
