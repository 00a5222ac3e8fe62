/** Facts about a host, as they come in. */
import { IsISO8601, IsOptional, MaxLength } from 'class-validator';
import type { HostFacts } from '../contracts/index.js';
import { AreLines, IsLine, IsNumberFrom } from '../http/text-rules.js';

const FACT_LENGTH = 200;
const FACT_ENTRIES = 64;

/** Known facts about a host; each may be absent or null. Facts of a newer agent are left out. */
export class HostFactsDto implements HostFacts {
  @IsOptional()
  @IsLine(253)
  hostname?: string | null;

  @IsOptional()
  @IsLine(FACT_LENGTH)
  platform?: string | null;

  /** Name and version of the operating system, e.g. "Debian GNU/Linux 12". */
  @IsOptional()
  @IsLine(FACT_LENGTH)
  distribution?: string | null;

  @IsOptional()
  @IsLine(FACT_LENGTH)
  kernel?: string | null;

  @IsOptional()
  @IsLine(FACT_LENGTH)
  architecture?: string | null;

  @IsOptional()
  @IsLine(FACT_LENGTH)
  cpu_model?: string | null;

  @IsOptional()
  @IsNumberFrom(0, 1_000_000)
  cpu_cores?: number | null;

  @IsOptional()
  @IsNumberFrom(0, Number.MAX_SAFE_INTEGER)
  memory_bytes?: number | null;

  @IsOptional()
  @IsNumberFrom(0, Number.MAX_SAFE_INTEGER)
  swap_bytes?: number | null;

  @IsOptional()
  @IsLine(FACT_LENGTH)
  virtualization?: string | null;

  /** ISO 8601 UTC. */
  @IsOptional()
  @IsISO8601()
  @MaxLength(40)
  boot_time?: string | null;

  @IsOptional()
  @AreLines(FACT_ENTRIES, 100)
  addresses?: string[] | null;

  @IsOptional()
  @AreLines(FACT_ENTRIES, FACT_LENGTH)
  gpus?: string[] | null;
}

/** Names of the known facts. */
const KNOWN_FACTS = [
  'hostname',
  'platform',
  'distribution',
  'kernel',
  'architecture',
  'cpu_model',
  'cpu_cores',
  'memory_bytes',
  'swap_bytes',
  'virtualization',
  'boot_time',
  'addresses',
  'gpus',
] as const satisfies (keyof HostFacts)[];

/** Leaves out what is no known fact, so that a newer agent can register with an older server. */
export function onlyKnownFacts(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  const facts = new HostFactsDto();
  for (const name of KNOWN_FACTS) {
    const fact = (value as Record<string, unknown>)[name];
    if (fact !== undefined) {
      Object.assign(facts, { [name]: fact });
    }
  }
  return facts;
}
