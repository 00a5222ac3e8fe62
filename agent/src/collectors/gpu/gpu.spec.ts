import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Unavailable } from '../../errors.js';
import { makeTree, type Tree } from '../../testing/tree.js';
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

  it('drops cards that tell nothing any more', async () => {
    const loop = new Loop();
    await loop.tick(0);
    loop.line(lines('nvidia-smi-two-cards.csv')[0] ?? '');
    expect(await loop.tick(15_000)).toHaveLength(1);
    expect(await loop.tick(16_000)).toBe('nvidia-smi has not answered yet');
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
    expect(await loop.tick(59_000)).toBe('nvidia-smi has not answered yet');
    expect(await loop.tick(60_000)).toBe('nvidia-smi: it has been silent for 60 s');
    expect(loop.stopped).toBe(1);
    await loop.tick(65_000);
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

  it('tell all on amdgpu', () => {
    tree.add(amd);
    expect(new DrmCards(tree.roots).cards(0)).toEqual([
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

  it('are listed without values while they sleep', () => {
    tree.add({ ...amd, 'sys/class/drm/card0/device/power/runtime_status': 'suspended\n' });
    const reading = new Gpu([new DrmCards(tree.roots)]).collect(0);
    expect(reading).toMatchObject({
      metrics: { gpu: null },
      missing: { gpu: 'the graphics card sleeps' },
      devices: { gpus: [{ name: 'card0 AMD', usage: null }] },
    });
  });

  it('that may sleep are left alone when idle, and less often if they do not sleep then', () => {
    const set = (busy: number, status: string) =>
      tree.add({
        ...amd,
        'sys/class/drm/card0/device/gpu_busy_percent': `${busy}\n`,
        'sys/class/drm/card0/device/power/control': 'auto\n',
        'sys/class/drm/card0/device/power/runtime_status': `${status}\n`,
      });
    set(0, 'active');
    const drm = new DrmCards(tree.roots);
    const usage = (second: number) => drm.cards(second * 1000)[0]?.usage;
    const asked = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => usage(from + n)).filter((value) => value !== null)
        .length;
    expect(asked(0, 61)).toBe(61);
    // Half a minute to fall asleep in, and it does.
    expect(asked(61, 90)).toBe(0);
    set(0, 'suspended');
    expect(asked(90, 200)).toBe(0);
    set(37, 'active');
    expect(asked(200, 400)).toBe(200);
    // Now a screen keeps it awake, though idle.
    set(0, 'active');
    asked(400, 500);
    expect(asked(500, 1300)).toBe(800);
  });

  it('are not woken when they are looked for', () => {
    const idle = 'sys/class/drm/card1/gt/gt0/rc6_residency_ms';
    tree.add({
      'sys/class/drm/card1/device/vendor': '0x8086\n',
      'sys/class/drm/card1/device/power/runtime_status': 'suspended\n',
      // A folder can be seen but not read.
      [`${idle}/x`]: '',
    });
    const drm = new DrmCards(tree.roots);
    drm.cards(0);
    tree.drop(idle);
    tree.add({
      [idle]: '1000\n',
      'sys/class/drm/card1/device/power/runtime_status': 'active\n',
    });
    drm.cards(1000);
    tree.add({ [idle]: '1500\n' });
    expect(drm.cards(2000)[0]?.usage).toBe(50);
  });

  it('tell on i915 how long they were awake, and power from energy', () => {
    const i915 = (idle: number, energy: number) =>
      tree.add({
        'sys/class/drm/card1/device/vendor': '0x8086\n',
        'sys/class/drm/card1/gt/gt0/rc6_residency_ms': `${idle}\n`,
        'sys/class/drm/card1/device/hwmon/hwmon5/energy1_input': `${energy}\n`,
      });
    i915(10_000, 5_000_000);
    const drm = new DrmCards(tree.roots);
    expect(drm.cards(0)[0]?.usage).toBeNull();
    i915(11_500, 35_000_000);
    expect(drm.cards(2000)[0]).toMatchObject({ usage: 25, power: 15 });
    i915(3, 1);
    expect(drm.cards(4000)[0]).toMatchObject({ usage: null, power: null });
  });

  it('tell idle residency on xe', () => {
    const xe = (idle: number) =>
      tree.add({
        'sys/class/drm/card0/device/vendor': '0x8086\n',
        'sys/class/drm/card0/device/tile0/gt0/gtidle/idle_residency_ms': `${idle}`,
      });
    xe(0);
    const drm = new DrmCards(tree.roots);
    drm.cards(0);
    xe(900);
    expect(drm.cards(1000)[0]?.usage).toBeCloseTo(10);
  });

  it('may be absent or broken', () => {
    expect(() => new DrmCards(tree.roots).cards(0)).toThrow(Unavailable);
    tree.add({ 'sys/class/drm/card0/device/vendor': '', 'sys/class/drm/version': 'drm 1.1.0' });
    expect(() => new DrmCards(tree.roots).cards(0)).toThrow('no graphics card');
  });

  it('give the mean usage and the common memory over all makers', () => {
    tree.add(amd);
    const nvidia = {
      cards: () => [cards('nvidia-smi-two-cards.csv')[0]?.card].filter((card) => !!card),
    };
    const { metrics } = new Gpu([new DrmCards(tree.roots), nvidia]).collect(0) as {
      metrics: Record<string, number>;
    };
    expect(metrics.gpu).toBe(62);
    expect(metrics.gpu_memory).toBeCloseTo(
      (100 * (71234 * MIB + 1073741824)) / (143771 * MIB + 8589934592),
    );
  });

  it('hide no fault of another maker’s tool', () => {
    const broken = {
      cards: () => {
        throw new Unavailable('tool_missing', 'nvidia-smi is not installed');
      },
    };
    expect(() => new Gpu([new DrmCards(tree.roots), broken]).collect(0)).toThrow('not installed');
  });
});
