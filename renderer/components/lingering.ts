import type { Attachment } from 'svelte/attachments';

const shortMs = 6_000;
/** An explanation takes longer to read. */
const longMs = 15_000;

/** Calls `end` after a while in which neither the pointer nor the focus was on the element. */
export function lingering(end: () => void, long: boolean): Attachment<HTMLElement> {
  return (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const start = () => {
      clearTimeout(timer);
      timer = setTimeout(end, long ? longMs : shortMs);
    };
    const stop = () => clearTimeout(timer);
    start();
    element.addEventListener('pointerenter', stop);
    element.addEventListener('pointerleave', start);
    element.addEventListener('focusin', stop);
    element.addEventListener('focusout', start);
    return stop;
  };
}
