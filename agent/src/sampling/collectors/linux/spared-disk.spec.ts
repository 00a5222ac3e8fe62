import type { Told } from './device-files.js';
import { SparedDisk } from './spared-disk.js';

describe('a disk that is spared', () => {
  const warm: readonly Told[] = [{ value: 30_000, problem: null }];
  const silent: readonly Told[] = [{ value: null, problem: 'it has not answered' }];

  it('is asked again soon if it did not answer, else once a minute', async () => {
    const disk = new SparedDisk(null);
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
