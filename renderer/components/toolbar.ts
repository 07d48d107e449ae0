import type { Attachment } from 'svelte/attachments';
import { on } from 'svelte/events';

const controls = ['button', 'input', 'select'].join();

/** Whether a key that goes sideways is still the text's own. */
function isInText(element: HTMLElement, key: string): boolean {
  if (!(element instanceof HTMLInputElement)) return false;
  const { selectionStart, selectionEnd, value } = element;
  const end = key === 'ArrowLeft' ? 0 : key === 'ArrowRight' ? value.length : null;
  return selectionStart !== end || selectionEnd !== end;
}

/** One stop for Tab, the control that had the focus last, else the first; arrows, Home and End go to the others. */
export const oneStop: Attachment<HTMLElement> = (toolbar) => {
  let last: HTMLElement | undefined;
  /** Those that Tab would reach. What is out of its way already is walked by a control of its own. */
  const walked = new WeakSet<HTMLElement>();

  function stops(): HTMLElement[] {
    const all = [...toolbar.querySelectorAll<HTMLElement>(controls)];
    for (const each of all) if (each.tabIndex >= 0) walked.add(each);
    return all.filter((each) => walked.has(each) && !each.matches(':disabled') && each.checkVisibility());
  }

  function arrange() {
    const all = stops();
    const current = all.find((each) => each === last) ?? all[0];
    for (const each of all) each.tabIndex = each === current ? 0 : -1;
  }

  function onfocusin({ target }: FocusEvent) {
    if (!(target instanceof HTMLElement) || !stops().includes(target)) return;
    last = target;
    arrange();
  }

  function onkeydown(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = stops();
    const here = all.findIndex((each) => each === document.activeElement);
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: all.length - 1 }[event.key];
    if (here < 0 || to === undefined || isInText(all[here]!, event.key)) return;
    event.preventDefault();
    all[(to + all.length) % all.length]!.focus();
  }

  const changes = new MutationObserver(arrange);
  changes.observe(toolbar, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  const takeBack = [on(toolbar, 'focusin', onfocusin), on(toolbar, 'keydown', onkeydown)];
  arrange();
  return () => {
    changes.disconnect();
    takeBack.forEach((each) => each());
  };
};
