import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Unavailable } from '../../../shared/errors.js';
import { patientReads } from '../../../testing/device-reads.js';
import { makeTree, type Tree } from '../../../testing/tree.js';
import { DrmCards } from './drm.js';
import { Gpu } from './gpu.js';
import { Nvidia, type NvidiaParts } from './nvidia.js';
import { parseNvidiaLine } from './nvidia-parse.js';
import { nvidiaMaySleep, nvidiaPower } from './pci-power.js';

const MIB = 1024 * 1024;
const lines = (name: string) =>
  readFileSync(join(__dirname, 'fixtures', name), 'utf8')
    .trim()
    .split('\n');
const cards = (name: string) => lines(name).map(parseNvidiaLine);

describe('a line of nvidia-smi', () => {
  it('tells one card', () => {
    expect(cards('nvidia-smi-two-cards.csv')[0]).toEqual({
      index: 0,
      card: {
        name: '0 NVIDIA H200',
        usage: 87,
        usedBytes: 71234 * MIB,
        totalBytes: 143771 * MIB,
        temperature: 61,
        power: 512.34,
      },
    });
  });

  it('may leave values untold, and the name may hold a comma', () => {
    const [first, second] = cards('nvidia-smi-partial.csv');
    expect(first?.card).toMatchObject({ usage: null, usedBytes: 312 * MIB, power: null });
    expect(second?.card).toMatchObject({ name: '1 Tesla K80, Dual', usage: 12, temperature: null });
  });

  it('is read for every generation of cards', () => {
    const untold = {
      usage: null,
      usedBytes: null,
      totalBytes: null,
      temperature: null,
      power: null,
    };
    const unknown = { ...untold, reason: 'nvidia-smi: Unknown Error' };
    expect(cards('nvidia-smi-generations.csv').map((parsed) => parsed?.card)).toEqual([
      {
        name: '0 Tesla V100-SXM2-32GB',
        usage: 41,
        usedBytes: 17034 * MIB,
        totalBytes: 32510 * MIB,
        temperature: 47,
        power: 123.4,
      },
      expect.objectContaining({ name: '0 NVIDIA A100-SXM4-80GB MIG 3g.40gb', usage: null }),
      expect.objectContaining({ usage: 7, power: null }),
      expect.objectContaining({ usage: null, usedBytes: 301 * MIB, power: null }),
      { name: '0 Orin (nvgpu)', ...untold },
      { ...untold, name: '0 NVIDIA GB10', usage: 12, temperature: 44, power: 11.09 },
      expect.objectContaining({ usage: 0, temperature: 40, power: null }),
      { ...unknown, name: '0 NVIDIA GeForce RTX 2080 Ti', totalBytes: 11264 * MIB },
      {
        ...untold,
        name: '0 NVIDIA H100 PCIe',
        reason: 'nvidia-smi: GPU requires reset',
      },
      expect.objectContaining({ usage: null, usedBytes: 24000 * MIB, totalBytes: 23034 * MIB }),
    ]);
  });

  it.each([
    [7, 'gpu', 'nvidia-smi: Unknown Error'],
    [8, 'gpu', 'nvidia-smi: GPU requires reset'],
    [8, 'gpu_memory', 'nvidia-smi: GPU requires reset'],
    [4, 'gpu', 'the graphics card does not tell'],
    [5, 'gpu_memory', 'the graphics card does not tell'],
    [9, 'gpu_memory', 'more memory is in use than there is'],
    [9, 'gpu', 'the graphics card does not tell'],
  ] as const)('number %d of the recorded cards has no %s: %s', async (row, metric, reason) => {
    const card = cards('nvidia-smi-generations.csv')[row]?.card;
    const reading = await new Gpu([{ cards: () => (card ? [card] : []) }]).collect(0);
    expect(reading.metrics?.[metric]).toBeNull();
    expect(reading.missing?.[metric]).toBe(reason);
    expect(reading.devices?.gpus).toMatchObject([{ name: card?.name }]);
  });

  it('is none if nvidia-smi complains or was cut off', () => {
    expect(cards('nvidia-smi-broken.txt')).toEqual([null, null, null, null]);
  });
});

describe('the nvidia-smi loop', () => {
  class Loop {
    started = 0;
    stopped = 0;
    line: (line: string) => void = () => undefined;
    ended: (reason: string) => void = () => undefined;
    power: ReturnType<NvidiaParts['power']> = 'awake';
    sleeper = false;
    present = true;
    readonly nvidia = new Nvidia({
      installed: () => this.present,
      start: async (onLine, ended) => {
        this.started += 1;
        this.line = onLine;
        this.ended = ended;
        return {
          stop: () => {
            this.stopped += 1;
          },
        };
      },
      power: () => this.power,
      maySleep: () => this.sleeper,
      now: () => this.nowMs,
      freshMs: 15_000,
    });
    nowMs = 0;

    async tick(nowMs: number): Promise<string[] | string> {
      this.nowMs = nowMs;
      try {
        return this.nvidia.cards().map(({ name }) => name);
      } catch (error) {
        return (error as Unavailable).message;
      } finally {
        await Promise.resolve();
      }
    }
  }

  it('is started once and answers with the newest line of each card', async () => {
    const loop = new Loop();
    expect(await loop.tick(0)).toBe('nvidia-smi has not answered yet');
    for (const line of lines('nvidia-smi-two-cards.csv')) loop.line(line);
    expect(await loop.tick(1000)).toEqual(['0 NVIDIA H200', '1 NVIDIA H200']);
    await loop.tick(2000);
    expect(loop.started).toBe(1);
    loop.nvidia.close();
    expect(loop.stopped).toBe(1);
  });

  it('lists a card that is lost without values', async () => {
    const loop = new Loop();
    await loop.tick(0);
    for (const line of lines('nvidia-smi-lost.txt')) loop.line(line);
    const { devices, metrics } = await new Gpu([loop.nvidia]).collect(loop.nowMs);
    // It was lost before the agent started: its name is not known.
    expect(devices?.gpus?.map(({ name, usage }) => [name, usage])).toEqual([
      ['0 NVIDIA GeForce RTX 3070', 55],
      ['2 NVIDIA GeForce RTX 3070', 65],
      ['GPU 0000:0B:00.0', null],
    ]);
    expect(metrics?.gpu).toBe(60);
  });

  it('names a card by what it was called before it was lost', async () => {
    const lost = lines('nvidia-smi-lost.txt');
    const withoutNumber =
      'Unable to determine the device handle for GPU 0000:0B:00.0: GPU is lost.';
    for (const last of [lost[1], withoutNumber, null]) {
      const loop = new Loop();
      await loop.tick(0);
      loop.line('1, NVIDIA GeForce RTX 3070, 70, 4021, 8192, 61, 143.02');
      loop.nowMs = 16_000;
      loop.line(lost[0] ?? '');
      if (last) loop.line(last);
      const [first, second] = loop.nvidia.cards();
      expect(first?.usage).toBe(55);
      expect(second).toMatchObject({
        name: '1 NVIDIA GeForce RTX 3070',
        usage: null,
        usedBytes: null,
        reason: last
          ? expect.stringMatching('^nvidia-smi: GPU is lost.')
          : 'nvidia-smi tells nothing of this card any more',
      });
      expect(loop.nvidia.cards()).toHaveLength(2);
    }
  });

  it('forgets a card that is gone when the loop starts anew', async () => {
    const loop = new Loop();
    await loop.tick(0);
    for (const line of lines('nvidia-smi-two-cards.csv')) loop.line(line);
    loop.nowMs = 20_000;
    loop.ended('it ended (code 0)');
    await loop.tick(30_000);
    loop.line(lines('nvidia-smi-two-cards.csv')[0] ?? '');
    expect(await loop.tick(31_000)).toEqual(['0 NVIDIA H200']);
  });

  it('takes a driver without a card for none, unless the bus shows one', async () => {
    const loop = new Loop();
    loop.power = 'unknown';
    await loop.tick(0);
    loop.line('No devices were found');
    expect(await loop.tick(1000)).toBe('no graphics card on this machine');
    expect(loop.stopped).toBe(1);
    loop.power = 'awake';
    await loop.tick(61_000);
    loop.line('No devices were found');
    loop.ended('it ended (code 6)');
    expect(await loop.tick(62_000)).toBe('nvidia-smi: No devices were found');
  });

  it.each([
    'Failed to initialize NVML: Driver/library version mismatch',
    'Failed to initialize NVML: Unknown Error',
    'Unable to determine the device handle for GPU0000:0B:00.0: Unknown Error',
    'Failed to initialize NVML: GPU access blocked by the operating system',
  ])('tells what is wrong: %s', async (line) => {
    const loop = new Loop();
    await loop.tick(0);
    loop.line(line);
    loop.line('NVML library version: 570.86');
    loop.ended('it ended (code 18)');
    expect(await loop.tick(1000)).toBe(`nvidia-smi: ${line}`);
  });

  it('drops cards that tell nothing any more', async () => {
    const loop = new Loop();
    await loop.tick(0);
    loop.line(lines('nvidia-smi-two-cards.csv')[0] ?? '');
    expect(await loop.tick(15_000)).toHaveLength(1);
    expect(await loop.tick(16_000)).toBe('nvidia-smi has been silent for 16 s');
  });

  it('is started again with growing pauses when it ends', async () => {
    const loop = new Loop();
    await loop.tick(0);
    loop.ended('it ended (code 9)');
    expect(await loop.tick(1000)).toBe('nvidia-smi: it ended (code 9)');
    expect(loop.started).toBe(1);
    await loop.tick(5_000);
    expect(loop.started).toBe(2);
    loop.ended('it ended (code 9)');
    await loop.tick(10_000);
    expect(loop.started).toBe(2);
    await loop.tick(15_000);
    expect(loop.started).toBe(3);
  });

  it('is left running for a busy card, at long intervals too', async () => {
    const loop = new Loop();
    loop.sleeper = true;
    await loop.tick(0);
    loop.nowMs = 599_000;
    loop.line('0, NVIDIA H200, 90, 1, 10, 30, 40');
    expect(await loop.tick(600_000)).toEqual(['0 NVIDIA H200']);
    expect(loop.stopped).toBe(0);
  });

  it('is started anew when it hangs with its driver', async () => {
    const loop = new Loop();
    await loop.tick(0);
    loop.line('0, NVIDIA H200, 5, 1, 10, 30, 40');
    expect(await loop.tick(59_000)).toBe('nvidia-smi has been silent for 59 s');
    expect(await loop.tick(60_000)).toBe('nvidia-smi: it has been silent for 60 s');
    expect(loop.stopped).toBe(1);
    expect(await loop.tick(65_000)).toBe('nvidia-smi has not answered yet');
    expect(loop.started).toBe(2);
  });

  it('tells in its own words why it ended', async () => {
    const loop = new Loop();
    await loop.tick(0);
    for (const line of lines('nvidia-smi-broken.txt')) loop.line(line);
    loop.line('');
    loop.ended('it ended (code 9)');
    expect(await loop.tick(1000)).toBe(`nvidia-smi: ${lines('nvidia-smi-broken.txt')[0]}`);
  });

  it('is not started while the card sleeps', async () => {
    const loop = new Loop();
    loop.power = 'asleep';
    expect(await loop.tick(0)).toBe('the graphics card sleeps');
    loop.power = 'awake';
    await loop.tick(10_000);
    expect(loop.started).toBe(0);
    await loop.tick(30_000);
    expect(loop.started).toBe(1);
  });

  it('gets out of the way of an idle card that may sleep', async () => {
    const loop = new Loop();
    loop.sleeper = true;
    await loop.tick(0);
    loop.line('0, NVIDIA H200, 5, 1, 10, 30, 40');
    for (let now = 1000; now < 60_000; now += 1000) {
      await loop.tick(now);
      loop.line('0, NVIDIA H200, 0, 1, 10, 30, 40');
    }
    loop.power = 'asleep';
    expect(await loop.tick(61_000)).toBe('the graphics card is idle and may sleep');
    expect(loop.stopped).toBe(1);
    await loop.tick(120_000);
    expect(loop.started).toBe(1);
  });

  it('says what is missing', async () => {
    const loop = new Loop();
    loop.present = false;
    expect(await loop.tick(0)).toBe('nvidia-smi is not installed');
    loop.power = 'no_card';
    expect(await loop.tick(60_000)).toBe('no graphics card on this machine');
  });
});

describe('power of PCI cards', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = makeTree();
  });
  afterEach(() => tree.remove());
  const card = (vendor: string, status: string, control = 'auto') => ({
    'sys/bus/pci/devices/0000:01:00.0/class': '0x030000\n',
    'sys/bus/pci/devices/0000:01:00.0/vendor': `${vendor}\n`,
    'sys/bus/pci/devices/0000:01:00.0/power/runtime_status': `${status}\n`,
    'sys/bus/pci/devices/0000:01:00.0/power/control': `${control}\n`,
  });

  it('is told without waking them', () => {
    expect(nvidiaPower(tree.roots)).toBe('unknown');
    tree.add(card('0x8086', 'active'));
    expect(nvidiaPower(tree.roots)).toBe('no_card');
    tree.add(card('0x10de', 'active', 'on'));
    expect(nvidiaPower(tree.roots)).toBe('awake');
    expect(nvidiaMaySleep(tree.roots)).toBe(false);
    tree.add(card('0x10de', 'suspended'));
    expect(nvidiaPower(tree.roots)).toBe('asleep');
    expect(nvidiaMaySleep(tree.roots)).toBe(true);
  });
});

describe('WSL 2', () => {
  it('has the card of Windows, which its bus does not show', () => {
    const tree = makeTree({
      'sys/bus/pci/devices/5582:00:00.0/class': '0x030200\n',
      'sys/bus/pci/devices/5582:00:00.0/vendor': '0x1414\n',
    });
    expect(nvidiaPower(tree.roots)).toBe('unknown');
    tree.remove();
  });

  it('is not taken for a virtual machine with the screen of Hyper-V', () => {
    const tree = makeTree({
      'sys/bus/pci/devices/0000:00:08.0/class': '0x030000\n',
      'sys/bus/pci/devices/0000:00:08.0/vendor': '0x1414\n',
    });
    expect(nvidiaPower(tree.roots)).toBe('no_card');
    tree.remove();
  });
});

describe('AMD and Intel cards', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = makeTree();
  });
  afterEach(() => tree.remove());

  const amd = {
    'sys/class/drm/card0/device/vendor': '0x1002\n',
    'sys/class/drm/card0/device/gpu_busy_percent': '37\n',
    'sys/class/drm/card0/device/mem_info_vram_used': '1073741824\n',
    'sys/class/drm/card0/device/mem_info_vram_total': '8589934592\n',
    'sys/class/drm/card0/device/power/runtime_status': 'active\n',
    'sys/class/drm/card0/device/hwmon/hwmon3/temp1_input': '54000\n',
    'sys/class/drm/card0/device/hwmon/hwmon3/power1_average': '41000000\n',
    'sys/class/drm/card0-HDMI-A-1/status': 'connected\n',
    'sys/class/drm/renderD128/dev': '226:128\n',
  };

  it('tell all on amdgpu', async () => {
    tree.add(amd);
    expect(await new DrmCards(tree.roots, patientReads()).cards(0)).toEqual([
      {
        name: 'card0 AMD',
        usage: 37,
        usedBytes: 1073741824,
        totalBytes: 8589934592,
        temperature: 54,
        power: 41,
      },
    ]);
  });

  it.each([
    ['100', 100],
    ['65535', null],
    ['', null],
  ])('that say %j are busy for %p percent', async (text, usage) => {
    tree.add({ ...amd, 'sys/class/drm/card0/device/gpu_busy_percent': `${text}\n` });
    expect((await new DrmCards(tree.roots, patientReads()).cards(0))[0]?.usage).toBe(usage);
  });

  it('have no share of memory if more is used than there is', async () => {
    tree.add({ ...amd, 'sys/class/drm/card0/device/mem_info_vram_used': '8589934593\n' });
    const reading = await new Gpu([new DrmCards(tree.roots, patientReads())]).collect(0);
    expect(reading.metrics?.gpu_memory).toBeNull();
    expect(reading.devices?.gpus?.[0]?.memory_usage).toBeNull();
  });

  it('of older generations tell less', async () => {
    tree.add({
      'sys/class/drm/card0/device/vendor': '0x1002\n',
      'sys/class/drm/card0/device/hwmon/hwmon2/temp1_input': '48000\n',
    });
    const reading = await new Gpu([new DrmCards(tree.roots, patientReads())]).collect(0);
    expect(reading.missing?.gpu).toBe('the graphics card does not tell');
    expect(reading.devices?.gpus).toMatchObject([{ usage: null, temperature: 48 }]);
  });

  it('say what keeps a value from being read', async () => {
    // A folder can be opened but not read.
    tree.add({
      'sys/class/drm/card0/device/vendor': '0x1002\n',
      'sys/class/drm/card0/device/gpu_busy_percent/x': '',
    });
    const reading = await new Gpu([new DrmCards(tree.roots, patientReads())]).collect(0);
    expect(reading.missing?.gpu).toMatch(/^cannot read \S+gpu_busy_percent: EISDIR/);
  });

  it('are listed without values while they sleep', async () => {
    tree.add({ ...amd, 'sys/class/drm/card0/device/power/runtime_status': 'suspended\n' });
    const reading = await new Gpu([new DrmCards(tree.roots, patientReads())]).collect(0);
    expect(reading).toMatchObject({
      metrics: { gpu: null },
      missing: { gpu: 'the graphics card sleeps' },
      devices: { gpus: [{ name: 'card0 AMD', usage: null }] },
    });
  });

  it('that may sleep are left alone when idle, and less often if they do not sleep then', async () => {
    const set = (busy: number, status: string) =>
      tree.add({
        ...amd,
        'sys/class/drm/card0/device/gpu_busy_percent': `${busy}\n`,
        'sys/class/drm/card0/device/power/control': 'auto\n',
        'sys/class/drm/card0/device/power/runtime_status': `${status}\n`,
      });
    set(0, 'active');
    const drm = new DrmCards(tree.roots, patientReads());
    const asked = async (from: number, to: number) => {
      let told = 0;
      for (let second = from; second < to; second += 1) {
        const [card] = await drm.cards(second * 1000);
        if (card?.usage != null) told += 1;
      }
      return told;
    };
    expect(await asked(0, 61)).toBe(61);
    // Half a minute to fall asleep in, and it does.
    expect(await asked(61, 90)).toBe(0);
    set(0, 'suspended');
    expect(await asked(90, 200)).toBe(0);
    set(37, 'active');
    expect(await asked(200, 400)).toBe(200);
    // Now a screen keeps it awake, though idle.
    set(0, 'active');
    await asked(400, 500);
    expect(await asked(500, 1300)).toBe(800);
  });

  it('are not woken when they are looked for', async () => {
    const idle = 'sys/class/drm/card1/gt/gt0/rc6_residency_ms';
    tree.add({
      'sys/class/drm/card1/device/vendor': '0x8086\n',
      'sys/class/drm/card1/device/power/runtime_status': 'suspended\n',
      // A folder can be seen but not read.
      [`${idle}/x`]: '',
    });
    const drm = new DrmCards(tree.roots, patientReads());
    await drm.cards(0);
    tree.drop(idle);
    tree.add({
      [idle]: '1000\n',
      'sys/class/drm/card1/device/power/runtime_status': 'active\n',
    });
    await drm.cards(1000);
    tree.add({ [idle]: '1500\n' });
    expect((await drm.cards(2000))[0]?.usage).toBe(50);
  });

  it('tell on i915 how long they were awake, and power from energy', async () => {
    const i915 = (idle: number, energy: number) =>
      tree.add({
        'sys/class/drm/card1/device/vendor': '0x8086\n',
        'sys/class/drm/card1/gt/gt0/rc6_residency_ms': `${idle}\n`,
        'sys/class/drm/card1/device/hwmon/hwmon5/energy1_input': `${energy}\n`,
      });
    i915(10_000, 5_000_000);
    const drm = new DrmCards(tree.roots, patientReads());
    expect((await drm.cards(0))[0]?.usage).toBeNull();
    i915(11_500, 35_000_000);
    expect((await drm.cards(2000))[0]).toMatchObject({ usage: 25, power: 15 });
    // More rest than time went by: the counter was set anew in between.
    i915(21_500, 35_000_000);
    expect((await drm.cards(3000))[0]?.usage).toBeNull();
    i915(3, 1);
    expect((await drm.cards(4000))[0]).toMatchObject({ usage: null, power: null });
  });

  it('go on from the counters of an earlier reading', async () => {
    const later = makeTree();
    const i915 = (idle: number) => ({
      'sys/class/drm/card1/device/vendor': '0x8086\n',
      'sys/class/drm/card1/gt/gt0/rc6_residency_ms': `${idle}\n`,
    });
    tree.add(i915(10_000));
    later.add(i915(11_500));
    const [first, second] = [tree, later].map(
      ({ roots }) => new Gpu([new DrmCards(roots, patientReads())]),
    ) as [Gpu, Gpu];
    await first.collect(0);
    second.resume(first);
    expect((await second.collect(2_000)).metrics?.gpu).toBe(25);
    later.remove();
  });

  it('tell idle residency on xe', async () => {
    const xe = (idle: number) =>
      tree.add({
        'sys/class/drm/card0/device/vendor': '0x8086\n',
        'sys/class/drm/card0/device/tile0/gt0/gtidle/idle_residency_ms': `${idle}`,
      });
    xe(0);
    const drm = new DrmCards(tree.roots, patientReads());
    await drm.cards(0);
    xe(900);
    expect((await drm.cards(1000))[0]?.usage).toBeCloseTo(10);
  });

  it('may be absent or broken', async () => {
    await expect(new DrmCards(tree.roots, patientReads()).cards(0)).rejects.toThrow(Unavailable);
    tree.add({ 'sys/class/drm/card0/device/vendor': '', 'sys/class/drm/version': 'drm 1.1.0' });
    await expect(new DrmCards(tree.roots, patientReads()).cards(0)).rejects.toThrow(
      'no graphics card',
    );
  });

  it('give the mean usage and the common memory over all makers', async () => {
    tree.add(amd);
    const nvidia = {
      cards: () => [cards('nvidia-smi-two-cards.csv')[0]?.card].filter((card) => !!card),
    };
    const drm = new DrmCards(tree.roots, patientReads());
    const { metrics } = await new Gpu([drm, nvidia]).collect(0);
    expect(metrics?.gpu).toBe(62);
    expect(metrics?.gpu_memory).toBeCloseTo(
      (100 * (71234 * MIB + 1073741824)) / (143771 * MIB + 8589934592),
    );
  });

  it('hide no fault of another maker’s tool', async () => {
    const broken = {
      cards: () => {
        throw new Unavailable('tool_missing', 'nvidia-smi is not installed');
      },
    };
    const drm = new DrmCards(tree.roots, patientReads());
    await expect(new Gpu([drm, broken]).collect(0)).rejects.toThrow('not installed');
  });
});
