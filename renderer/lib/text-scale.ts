/** The size of text is that of everything: one zoom of the page, in every host. */
import type { TextSize } from '../../shared/layout.ts';

/** Eighths and quarters, so that heights of rows stay whole in the browser's units of a 64th. */
const scales: Record<TextSize, number> = { small: 0.875, normal: 1, large: 1.25, larger: 1.5 };

const page = document.documentElement;

export function setTextSize(size: TextSize): void {
  page.style.zoom = String(scales[size]);
}

/** How many pixels of the window one of the styles' is: places of pointers and boxes are told in those of the window. */
export const textScale = (): number => Number(page.style.zoom) || 1;
