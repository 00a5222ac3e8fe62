import { UnavailableError } from '../../common/errors.js';
import type { Sample } from '../../domain-events/event-map.js';
import { WriteQueue } from './write-queue.js';

const LIMITS = { samplesPerWrite: 3, waitingSamples: 10, concurrentWrites: 1 };

function sample(machine: number, timestamp: number): Sample {
  return { machineKey: machine, machine_id: `id-${machine}`, timestamp, values: {} };
}

/** A store whose writes the test lets go one by one. */
function controlledStore() {
  const writes: { samples: readonly Sample[]; finish(error?: Error): void }[] = [];
  const write = (samples: readonly Sample[]) =>
    new Promise<Sample[]>((resolve, reject) => {
      writes.push({
        samples,
        finish: (error) => (error ? reject(error) : resolve([...samples])),
      });
    });
  return { writes, write };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Lets the event loop turn often enough for everything that is ready to happen. */
async function settle(): Promise<void> {
  for (let count = 0; count < 5; count++) {
    await turn();
  }
}

describe('write queue', () => {
  it('gathers what arrives while a write is under way into the next one', async () => {
    const { writes, write } = controlledStore();
    const queue = new WriteQueue(write, LIMITS, () => undefined);
    const pushes = [queue.push([sample(1, 1)])];
    await settle();
    pushes.push(queue.push([sample(1, 2)]), queue.push([sample(2, 1)]));
    await settle();
    expect(writes).toHaveLength(1);
    writes[0]?.finish();
    await settle();
    expect(writes[1]?.samples).toHaveLength(2);
    writes[1]?.finish();
    expect(await Promise.all(pushes)).toEqual([[sample(1, 1)], [sample(1, 2)], [sample(2, 1)]]);
  });

  it('answers only after the commit, and publishes before it answers', async () => {
    const { writes, write } = controlledStore();
    const order: string[] = [];
    const queue = new WriteQueue(write, LIMITS, () => order.push('published'));
    const push = queue.push([sample(1, 1)]).then(() => order.push('answered'));
    await settle();
    expect(order).toEqual([]);
    writes[0]?.finish();
    await push;
    expect(order).toEqual(['published', 'answered']);
  });

  it('keeps to the size of a write, but takes a larger push whole', async () => {
    const { writes, write } = controlledStore();
    const queue = new WriteQueue(write, LIMITS, () => undefined);
    const large = [1, 2, 3, 4, 5].map((time) => sample(1, time));
    const pushes = [queue.push(large), queue.push([sample(2, 1)])];
    await settle();
    expect(writes.map(({ samples }) => samples.length)).toEqual([5]);
    writes[0]?.finish();
    await settle();
    writes[1]?.finish();
    await Promise.all(pushes);
  });

  it('stores a sample of one machine and time once, whoever brought it first', async () => {
    const { writes, write } = controlledStore();
    const queue = new WriteQueue(write, LIMITS, () => undefined);
    const first = queue.push([sample(1, 1)]);
    const second = queue.push([sample(1, 1)]);
    await settle();
    expect(writes[0]?.samples).toHaveLength(1);
    writes[0]?.finish();
    expect(await first).toHaveLength(1);
    expect(await second).toHaveLength(0);
  });

  it('refuses pushes past its bound and takes them again later', async () => {
    const { writes, write } = controlledStore();
    const queue = new WriteQueue(write, LIMITS, () => undefined);
    const eleven = Array.from({ length: 11 }, (_, time) => sample(1, time));
    expect(() => queue.push(eleven)).toThrow(UnavailableError);
    const push = queue.push([sample(1, 1)]);
    await settle();
    writes[0]?.finish();
    await expect(push).resolves.toHaveLength(1);
  });

  it('writes each push alone when their group fails, so that one bad push harms no other', async () => {
    const write = async (samples: readonly Sample[]) => {
      if (samples.some(({ machineKey: machine }) => machine === 13)) {
        throw new Error('refused by the database');
      }
      return [...samples];
    };
    const queue = new WriteQueue(write, LIMITS, () => undefined);
    const [good, bad] = [queue.push([sample(1, 1)]), queue.push([sample(13, 1)])];
    await expect(bad).rejects.toThrow('refused by the database');
    await expect(good).resolves.toHaveLength(1);
  });

  it('stops writing one by one when the database goes away meanwhile', async () => {
    let calls = 0;
    const write = async () => {
      calls++;
      throw calls === 1 ? new Error('refused') : new UnavailableError('database.unavailable', 'x');
    };
    const queue = new WriteQueue(write, LIMITS, () => undefined);
    const pushes = [1, 2, 3].map((machine) => queue.push([sample(machine, 1)]));
    const outcomes = await Promise.allSettled(pushes);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(calls).toBe(2);
  });

  it('refuses the whole group at once when the database is away', async () => {
    let calls = 0;
    const write = async () => {
      calls++;
      throw new UnavailableError('database.unavailable', 'away');
    };
    const queue = new WriteQueue(write, LIMITS, () => undefined);
    const pushes = [queue.push([sample(1, 1)]), queue.push([sample(2, 1)])];
    await expect(Promise.allSettled(pushes)).resolves.toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    expect(calls).toBe(1);
  });

  it('finishes what it accepted before it closes, and accepts nothing more', async () => {
    const { writes, write } = controlledStore();
    const queue = new WriteQueue(write, LIMITS, () => undefined);
    const push = queue.push([sample(1, 1)]);
    const closed = queue.close();
    expect(() => queue.push([sample(1, 2)])).toThrow('shutting down');
    await settle();
    writes[0]?.finish();
    await expect(push).resolves.toHaveLength(1);
    await closed;
  });
});
