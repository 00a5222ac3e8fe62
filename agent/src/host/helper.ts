/** Parses the output of the helper process (`system-information.ts`). */
import type { HostFacts } from '../../../src/contracts/index.js';

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 200) : null;
}

/** The facts in the helper's output; none if the output is not as expected. */
export function parseHelperOutput(output: string): HostFacts {
  const facts: HostFacts = {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(output);
  } catch {
    return facts;
  }
  if (typeof parsed !== 'object' || parsed === null) return facts;
  const found = parsed as Record<string, unknown>;
  for (const key of ['distribution', 'kernel', 'cpu_model', 'virtualization'] as const) {
    const value = text(found[key]);
    if (value !== null) facts[key] = value;
  }
  if (typeof found.swap_bytes === 'number') facts.swap_bytes = found.swap_bytes;
  if (Array.isArray(found.gpus)) {
    facts.gpus = found.gpus.map(text).filter((gpu) => gpu !== null);
  }
  return facts;
}
