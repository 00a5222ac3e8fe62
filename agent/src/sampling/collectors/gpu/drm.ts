/** AMD and Intel cards from /sys/class/drm (kernel: gpu/amdgpu/thermal, ABI/sysfs-driver-intel-i915-hwmon). */
import { existsSync } from 'node:fs';
import { Unavailable } from '../../../shared/errors.js';
import { listFolder, type Roots, readText, realPath } from '../../../shared/roots.js';
import type { DeviceReads } from '../device-reads.js';
import { DeviceFiles, NO_VALUE, type SensorValue } from '../linux/device-files.js';
import { boundedPercent } from '../percent.js';
import { ratePerSecond } from '../rates.js';
import { CardSleepPolicy } from './card-sleep-policy.js';
import { type GpuCard, type GpuSource, NO_CARD, SLEEPS, silentCard } from './gpu-reading.js';

const AMD = '0x1002';
const INTEL = '0x8086';
/** Cards come and go with docking stations: search for them again this often. */
const RESCAN_MS = 60_000;

/** The values that a card may have. */
const VALUES = ['busy', 'used', 'total', 'temperature', 'power', 'energy'] as const;
type CardValue = (typeof VALUES)[number];

interface DrmCard {
  name: string;
  device: string;
  files: DeviceFiles;
  /** The index of each value's file, if the driver has it; the files of `engines` come last. */
  places: Map<CardValue, number>;
  /** The number of engines that count the milliseconds for which they were idle. */
  engines: number;
  /** Its driver lets it sleep when it is idle; `null` if it never sleeps. */
  sleep: CardSleepPolicy | null;
  before: { atMs: number; idleMs: number | null; energyMicrojoule: number | null } | null;
}

/** Cards with a sysfs interface of their own; a sleeping card is listed without values. */
export class DrmCards implements GpuSource {
  private known: DrmCard[] = [];
  private scannedMs: number | null = null;

  constructor(
    private readonly roots: Roots,
    private readonly reads: DeviceReads,
  ) {}

  async cards(nowMs: number): Promise<GpuCard[]> {
    if (this.scannedMs === null || nowMs - this.scannedMs >= RESCAN_MS) {
      this.scannedMs = nowMs;
      this.rescan();
    }
    if (this.known.length === 0) throw new Unavailable('not_on_this_machine', NO_CARD);
    return Promise.all(this.known.map((card) => readCard(card, nowMs)));
  }

  resume({ known }: DrmCards): void {
    this.rescan();
    for (const card of this.known) {
      card.before = known.find(({ name }) => name === card.name)?.before ?? null;
    }
  }

  close(): void {
    for (const { files } of this.known) files.close();
    this.known = [];
  }

  private rescan(): void {
    const before = new Map(this.known.map((card) => [card.device, card]));
    this.known = findCards(this.roots, this.reads).map((card) => {
      const same = before.get(card.device);
      before.delete(card.device);
      return same ?? card;
    });
    for (const { files } of before.values()) files.close();
  }
}

function findCards(roots: Roots, reads: DeviceReads): DrmCard[] {
  const base = `${roots.sys}/class/drm`;
  const cards: DrmCard[] = [];
  for (const entry of listFolder(base).sort()) {
    if (!/^card\d+$/.test(entry)) continue;
    const device = `${base}/${entry}/device`;
    const vendor = readText(`${device}/vendor`) ?? '';
    if (vendor !== AMD && vendor !== INTEL) continue;
    cards.push({
      name: `${entry} ${vendor === AMD ? 'AMD' : 'Intel'}`,
      device,
      ...cardFiles(`${base}/${entry}`, reads),
      sleep: readText(`${device}/power/control`) === 'auto' ? new CardSleepPolicy() : null,
      before: null,
    });
  }
  return cards;
}

/** Files are only looked for, not read, because reading would wake the card. */
function cardFiles(
  card: string,
  reads: DeviceReads,
): Pick<DrmCard, 'files' | 'places' | 'engines'> {
  const device = `${card}/device`;
  const [sensors] = listFolder(`${device}/hwmon`);
  const hwmon = `${device}/hwmon/${sensors ?? 'none'}`;
  const candidates: Record<CardValue, string[]> = {
    busy: [`${device}/gpu_busy_percent`],
    used: [`${device}/mem_info_vram_used`],
    total: [`${device}/mem_info_vram_total`],
    temperature: [`${hwmon}/temp1_input`, `${hwmon}/temp2_input`],
    power: [`${hwmon}/power1_average`, `${hwmon}/power1_input`],
    energy: [`${hwmon}/energy1_input`],
  };
  const places = new Map<CardValue, number>();
  const paths: string[] = [];
  for (const value of VALUES) {
    const path = candidates[value].find((candidate) => existsSync(candidate));
    if (path !== undefined) places.set(value, paths.push(path) - 1);
  }
  const idle = idleFiles(card);
  const files = new DeviceFiles(realPath(device), [...paths, ...idle], reads);
  return { files, places, engines: idle.length };
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
  const found = [...i915, ...xe].filter((path) => existsSync(path));
  const old = `${card}/power/rc6_residency_ms`;
  return found.length > 0 || !existsSync(old) ? found : [old];
}

async function readCard(card: DrmCard, nowMs: number): Promise<GpuCard> {
  const asleep = readText(`${card.device}/power/runtime_status`) === 'suspended';
  if (asleep) card.sleep?.recordAsleep();
  if (asleep || card.sleep?.isResting(nowMs)) {
    card.before = null;
    return silentCard(card.name, SLEEPS);
  }
  const { before, engines } = card;
  const told = await card.files.read();
  const sensorValue = (value: CardValue) => told[card.places.get(value) ?? -1] ?? NO_VALUE;
  const idle = told.slice(told.length - engines);
  const degrees = sensorValue('temperature').value;
  const watts = sensorValue('power').value;
  const energy = sensorValue('energy').value;
  const idleMs = sum(idle.map(({ value }) => value));
  card.before = { atMs: nowMs, idleMs, energyMicrojoule: energy };
  const elapsedMs = before ? nowMs - before.atMs : 0;
  const busy = sensorValue('busy').value;
  const usage =
    busy === null ? awakeShare(before, idleMs, elapsedMs, engines) : boundedPercent(busy);
  card.sleep?.recordUsage(usage, nowMs);
  const reason = missingReason([
    sensorValue('busy'),
    sensorValue('used'),
    sensorValue('total'),
    ...idle,
  ]);
  return {
    name: card.name,
    usage,
    usedBytes: sensorValue('used').value,
    totalBytes: sensorValue('total').value,
    temperature: degrees === null ? null : degrees / 1000,
    power:
      watts === null
        ? wattsFromEnergy(before?.energyMicrojoule ?? null, energy, elapsedMs)
        : watts / 1e6,
    ...(reason === null ? {} : { reason }),
  };
}

function missingReason(told: readonly SensorValue[]): string | null {
  return told.find(({ problem }) => problem !== null)?.problem ?? null;
}

/**
 * Intel reports no utilization without elevated rights: the share of time in which its engines were
 * awake is used instead.
 */
function awakeShare(
  before: DrmCard['before'],
  idleMs: number | null,
  elapsedMs: number,
  engines: number,
): number | null {
  if (!before || before.idleMs === null || idleMs === null || engines === 0) return null;
  const idle = ratePerSecond(before.idleMs, idleMs, elapsedMs);
  return idle.value === null ? null : boundedPercent(100 - idle.value / 10 / engines);
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

function sum(values: readonly (number | null)[]): number | null {
  let total = 0;
  for (const value of values) {
    if (value === null) return null;
    total += value;
  }
  return values.length > 0 ? total : null;
}
