import { untrack } from 'svelte';

/** Nobody reads faster. */
const leastMs = 250;

/**
 * What is shown of a value that moves: the newest, but another one at most four times a second. Called while a component
 * is made.
 */
export function calm<T>(read: () => T): { readonly now: T } {
  let shown = $state.raw(untrack(read));
  let shownAt = -Infinity;
  $effect(() => {
    const value = read();
    const show = () => {
      shown = value;
      shownAt = performance.now();
    };
    const restMs = shownAt + leastMs - performance.now();
    if (value === untrack(() => shown)) return;
    if (restMs <= 0) return show();
    const timer = setTimeout(show, restMs);
    return () => clearTimeout(timer);
  });
  return {
    get now() {
      return shown;
    },
  };
}
