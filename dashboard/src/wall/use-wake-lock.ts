/** Keeps the screen awake. */
import { useEffect } from 'react';

/** While the component is mounted and in sight, as far as the browser offers and allows it. */
export function useWakeLock(): void {
  useEffect(() => {
    // Browsers offer it on HTTPS and localhost only.
    if (!('wakeLock' in navigator)) return undefined;
    let lock: WakeLockSentinel | null = null;
    let isOver = false;
    const keepAwake = async () => {
      if (document.visibilityState !== 'visible') return;
      try {
        lock = await navigator.wakeLock.request('screen');
        if (isOver) await lock.release();
      } catch (error) {
        // Refused, for example because the battery is low: then the screen sleeps as it would.
        if (!(error instanceof DOMException)) throw error;
      }
    };
    // The browser takes the lock away from a page that is hidden.
    document.addEventListener('visibilitychange', keepAwake);
    void keepAwake();
    return () => {
      isOver = true;
      document.removeEventListener('visibilitychange', keepAwake);
      void lock?.release();
    };
  }, []);
}
