/** AMD and Intel cards from /sys/class/drm (kernel: gpu/amdgpu/thermal, ABI/sysfs-driver-intel-i915-hwmon). */
import { existsSync } from 'node:fs';
import { Unavailable } from '../../errors.js';
import { listFolder, type Roots, readNumber, readText } from '../linux/roots.js';
import { boundedPercent } from '../percent.js';
import { ratePerSecond } from '../rates.js';
import { type GpuCard, type GpuSource, NO_CARD, SLEEPS, silentCard } from './gpu-reading.js';
import { LetSleep } from './let-sleep.js';

const AMD = '0x1002';
const INTEL = '0x8086';
/** Cards come and go with docks: look again this often. */
const RESCAN_MS = 60_000;

interface DrmCard {
  name: string;
  vendor: string;
  device: string;
  /** Folder of the card's sensors; `null` if it has none. */
  hwmon: string | null;
  /** Files that count the milliseconds in which an engine rested. */
  idle: string[];
  /** Its driver lets it sleep when nobody asks; `null` if it never does. */
  sleep: LetSleep | null;
  before: { atMs: number; idleMs: number | null; energyMicrojoule: number | null } | null;
}

/** Cards that have a sysfs interface of their own; a sleeping card is listed without values. */
export class DrmCards implements GpuSource {
  private known: DrmCard[] = [];
  private scannedMs: number | null = null;

  constructor(private readonly roots: Roots) {}

  cards(nowMs: number): GpuCard[] {
    if (this.scannedMs === null || nowMs - this.scannedMs >= RESCAN_MS) {
      this.scannedMs = nowMs;
      const before = new Map(this.known.map((card) => [card.device, card]));
      this.known = findCards(this.roots).map((card) => before.get(card.device) ?? card);
    }
    if (this.known.length === 0) throw new Unavailable('not_on_this_machine', NO_CARD);
    return this.known.map((card) => readCard(card, nowMs));
  }
}

function findCards(roots: Roots): DrmCard[] {
  const base = `${roots.sys}/class/drm`;
  const cards: DrmCard[] = [];
  for (const entry of listFolder(base).sort()) {
    if (!/^card\d+$/.test(entry)) continue;
    const device = `${base}/${entry}/device`;
    const vendor = readText(`${device}/vendor`) ?? '';
    if (vendor !== AMD && vendor !== INTEL) continue;
    const hwmon = listFolder(`${device}/hwmon`)[0];
    cards.push({
      name: `${entry} ${vendor === AMD ? 'AMD' : 'Intel'}`,
      vendor,
      device,
      hwmon: hwmon === undefined ? null : `${device}/hwmon/${hwmon}`,
      idle: idleFiles(`${base}/${entry}`),
      sleep: readText(`${device}/power/control`) === 'auto' ? new LetSleep() : null,
      before: null,
    });
  }
  return cards;
}

/** i915 counts RC6 residency per graphics tile, xe idle residency; both in milliseconds. */
function idleFiles(card: string): string[] {
  const i915 = listFolder(`${card}/gt`).map((gt) => `${card}/gt/${gt}/rc6_residency_ms`);
  const xe = listFolder(`${card}/device`)
    .filter((tile) => /^tile\d+$/.test(tile))
    .flatMap((tile) =>
      listFolder(`${card}/device/${tile}`)
        .filter((gt) => /^gt\d+$/.test(gt))
        .map((gt) => `${card}/device/${tile}/${gt}/gtidle/idle_residency_ms`),
    );
  // Only looked for, not read: that would wake the card.
  const found = [...i915, ...xe].filter((path) => existsSync(path));
  const old = `${card}/power/rc6_residency_ms`;
  return found.length > 0 || !existsSync(old) ? found : [old];
}

function readCard(card: DrmCard, nowMs: number): GpuCard {
  const asleep = readText(`${card.device}/power/runtime_status`) === 'suspended';
  if (card.sleep?.rests(nowMs, asleep) ?? asleep) {
    card.before = null;
    return silentCard(card.name, SLEEPS);
  }
  const { hwmon, before } = card;
  const degrees = hwmon === null ? null : warmest(hwmon);
  const energy = hwmon === null ? null : readNumber(`${hwmon}/energy1_input`);
  const idleMs = sum(card.idle.map(readNumber));
  card.before = { atMs: nowMs, idleMs, energyMicrojoule: energy };
  const elapsedMs = before ? nowMs - before.atMs : 0;
  const busy = readNumber(`${card.device}/gpu_busy_percent`);
  const usage = busy === null ? awakeShare(card, before, idleMs, elapsedMs) : boundedPercent(busy);
  card.sleep?.saw(usage, nowMs);
  return {
    name: card.name,
    usage,
    usedBytes: readNumber(`${card.device}/mem_info_vram_used`),
    totalBytes: readNumber(`${card.device}/mem_info_vram_total`),
    temperature: degrees === null ? null : degrees / 1000,
    power:
      microwatts(hwmon) ?? wattsFromEnergy(before?.energyMicrojoule ?? null, energy, elapsedMs),
  };
}

/** Intel tells no utilization without elevated rights: the share of time its engines were awake stands in. */
function awakeShare(
  card: DrmCard,
  before: DrmCard['before'],
  idleMs: number | null,
  elapsedMs: number,
): number | null {
  if (!before || before.idleMs === null || idleMs === null || card.idle.length === 0) return null;
  const idle = ratePerSecond(before.idleMs, idleMs, elapsedMs);
  if (idle.value === null) return null;
  return boundedPercent(100 - idle.value / 10 / card.idle.length);
}

function microwatts(hwmon: string | null): number | null {
  if (hwmon === null) return null;
  const value = readNumber(`${hwmon}/power1_average`) ?? readNumber(`${hwmon}/power1_input`);
  return value === null ? null : value / 1e6;
}

function wattsFromEnergy(
  before: number | null,
  after: number | null,
  elapsedMs: number,
): number | null {
  if (before === null || after === null) return null;
  const rate = ratePerSecond(before, after, elapsedMs).value;
  return rate === null ? null : rate / 1e6;
}

function warmest(hwmon: string): number | null {
  return readNumber(`${hwmon}/temp1_input`) ?? readNumber(`${hwmon}/temp2_input`);
}

function sum(values: readonly (number | null)[]): number | null {
  let total = 0;
  for (const value of values) {
    if (value === null) return null;
    total += value;
  }
  return values.length > 0 ? total : null;
}
