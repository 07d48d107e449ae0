import type { Attachment } from 'svelte/attachments';
import { textScale } from '../lib/text-scale.ts';

const showDelayMs = 450;
const gap = 6;

/** Where the pointer was last pressed. What a press puts under a pointer at rest is not being asked about. */
let pressed: { x: number; y: number } | null = null;
addEventListener('pointerdown', ({ clientX: x, clientY: y }) => (pressed = { x, y }), true);

/**
 * Shows `text` beside an element that the pointer rests on or the keyboard reaches. A help for the eye only: the
 * element's accessible name says the same.
 */
export function tooltip(text: string): Attachment<HTMLElement> {
  return (element) => {
    let bubble: HTMLElement | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const show = () => {
      if (bubble) return;
      bubble = document.createElement('div');
      bubble.className = 'tooltip';
      bubble.setAttribute('aria-hidden', 'true');
      bubble.textContent = text;
      (element.closest('dialog') ?? document.body).append(bubble);
      const at = element.getBoundingClientRect();
      const { width, height } = bubble.getBoundingClientRect();
      const below = at.bottom + gap + height < innerHeight;
      const left = Math.min(Math.max(at.left + at.width / 2 - width / 2, gap), innerWidth - width - gap);
      bubble.style.left = `${left / textScale()}px`;
      bubble.style.top = `${(below ? at.bottom + gap : at.top - gap - height) / textScale()}px`;
    };
    const hide = () => {
      clearTimeout(timer);
      bubble?.remove();
      bubble = null;
    };
    const enter = (event: Event) => {
      const rests =
        event instanceof PointerEvent && event.clientX === pressed?.x && event.clientY === pressed.y;
      if (!rests) timer = setTimeout(show, showDelayMs);
    };
    const events: [string, (event: Event) => void][] = [
      ['pointerenter', enter],
      ['focus', () => element.matches(':focus-visible') && show()],
      ['pointerleave', hide],
      ['pointerdown', hide],
      ['blur', hide],
      ['keydown', hide],
    ];
    for (const [name, listener] of events) element.addEventListener(name, listener);
    return () => {
      hide();
      for (const [name, listener] of events) element.removeEventListener(name, listener);
    };
  };
}
