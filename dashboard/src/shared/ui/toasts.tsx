/** Short notices in the corner: what went wrong or was done, and nothing that needs an answer. */
import { Notification } from '@mantine/core';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { errorMessage } from '../api/errors.js';
import classes from './toasts.module.css';

interface Toast {
  id: number;
  kind: 'done' | 'failed';
  text: string;
}

/** Shows notices. */
export interface Toaster {
  done(text: string): void;
  failed(error: unknown): void;
}

const SHOWN_AT_ONCE = 4;
const SHOWN_MS = { done: 4_000, failed: 10_000 } as const;

const ToasterContext = createContext<Toaster | null>(null);

/** The page's toaster; throws outside `ToastProvider`. */
export function useToaster(): Toaster {
  const toaster = useContext(ToasterContext);
  if (toaster === null) throw new Error('useToaster is used outside ToastProvider');
  return toaster;
}

/** Holds the notices and renders them above the page. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);

  const close = useCallback((id: number) => {
    setToasts((shown) => shown.filter((toast) => toast.id !== id));
  }, []);

  const toaster = useMemo<Toaster>(() => {
    let lastId = 0;
    const show = (kind: Toast['kind'], text: string) => {
      lastId += 1;
      const id = lastId;
      setToasts((shown) => [...shown, { id, kind, text }].slice(-SHOWN_AT_ONCE));
      setTimeout(() => close(id), SHOWN_MS[kind]);
    };
    return {
      done: (text) => show('done', text),
      failed: (error) => show('failed', errorMessage(error)),
    };
  }, [close]);

  return (
    <ToasterContext value={toaster}>
      {children}
      <div className={classes.stack} aria-live="polite">
        {toasts.map(({ id, kind, text }) => (
          <Notification
            key={id}
            withBorder
            color={kind === 'failed' ? 'red' : 'brand'}
            closeButtonProps={{ 'aria-label': 'Dismiss' }}
            onClose={() => close(id)}
          >
            {text}
          </Notification>
        ))}
      </div>
    </ToasterContext>
  );
}
