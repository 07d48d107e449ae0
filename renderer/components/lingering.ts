import type { Attachment } from 'svelte/attachments';

const shortMs = 6_000;
/** An explanation takes longer to read. */
const longMs = 15_000;

/**
 * Calls `end` after a while in which neither the pointer nor the focus was on the element. `since`, by
 * `performance.now()`: an element made anew, as with another tab, does not begin from the start.
 */
export function lingering(end: () => void, long: boolean, since: number): Attachment<HTMLElement> {
  return (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const whileMs = long ? longMs : shortMs;
    const waitFor = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(end, ms);
    };
    const start = () => waitFor(whileMs);
    const stop = () => clearTimeout(timer);
    waitFor(Math.max(0, since + whileMs - performance.now()));
    element.addEventListener('pointerenter', stop);
    element.addEventListener('pointerleave', start);
    element.addEventListener('focusin', stop);
    element.addEventListener('focusout', start);
    return stop;
  };
}
