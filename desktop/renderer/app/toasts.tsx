/** Short words about what just ended, with a way back where there is one. */

import { useEffect, useState } from 'react';
import styles from './toasts.module.css';

export interface Toast {
  text: string;
  tone: 'good' | 'bad' | 'plain';
  undo?: { label: string; act(): void };
}

const shownMs = 8000;
const listeners = new Set<(toast: Toast) => void>();

export function say(toast: Toast): void {
  for (const tell of listeners) tell(toast);
}

export function Toasts() {
  const [shown, setShown] = useState<(Toast & { id: number })[]>([]);
  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    let last = 0;
    const show = (toast: Toast) => {
      const id = ++last;
      setShown((before) => [...before.slice(-3), { ...toast, id }]);
      timers.add(setTimeout(() => setShown((before) => before.filter((each) => each.id !== id)), shownMs));
    };
    listeners.add(show);
    return () => {
      listeners.delete(show);
      for (const timer of timers) clearTimeout(timer);
    };
  }, []);
  const drop = (id: number) => setShown((before) => before.filter((each) => each.id !== id));
  return (
    <section className={styles.stack} aria-label="Notifications" aria-live="polite">
      {shown.map((toast) => (
        <div key={toast.id} className={styles.toast} data-tone={toast.tone}>
          <span>{toast.text}</span>
          {toast.undo && (
            <button
              type="button"
              onClick={() => {
                toast.undo?.act();
                drop(toast.id);
              }}
            >
              {toast.undo.label}
            </button>
          )}
          <button type="button" aria-label="Dismiss" onClick={() => drop(toast.id)}>
            ×
          </button>
        </div>
      ))}
    </section>
  );
}
