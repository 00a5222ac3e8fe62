/** Copies to the clipboard, also over plain HTTP, where browsers disable the Clipboard API. */
import { useCallback, useEffect, useState } from 'react';

const COPIED_MS = 2_000;

/** Copies `text`; false if the browser refused. */
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard !== undefined) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not permitted: fall through to `execCommand`.
    }
  }
  return copyBySelection(text);
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('readonly', '');
  area.style.position = 'fixed';
  area.style.opacity = '0';
  // Inside an open dialog, which would otherwise take the focus back.
  const parent = document.activeElement?.closest('[role="dialog"]') ?? document.body;
  parent.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}

/** What a copy button says. */
export interface CopyState {
  /** How the last copy went, for a moment. */
  outcome: 'copied' | 'failed' | null;
  /** Copies a text, or one that is made now; `null` if it could not be made. */
  copy: (text: string | (() => Promise<string | null>)) => void;
}

/** A `copy` function, and whether the last copy succeeded or failed. */
export function useCopy(): CopyState {
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (outcome === null) return undefined;
    const timer = setTimeout(() => setOutcome(null), COPIED_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = useCallback((text: string | (() => Promise<string | null>)) => {
    const made = typeof text === 'string' ? Promise.resolve(text) : text();
    void made.then(async (value) => {
      if (value !== null) setOutcome((await copyText(value)) ? 'copied' : 'failed');
    });
  }, []);
  return { outcome, copy };
}
