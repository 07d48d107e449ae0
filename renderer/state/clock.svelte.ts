import { createSubscriber } from 'svelte/reactivity';

const tickMs = 1000;

/** Ticks once a second while something on screen reads it. */
const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, tickMs);
  return () => clearInterval(timer);
});

/** Milliseconds since the epoch, for ages and countdowns. */
export function clockNow(): number {
  subscribe();
  return Date.now();
}
