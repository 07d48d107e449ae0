/** Where the window stood, kept in a file of the data folder and fitted to the displays of today. */
import { readFileSync } from 'node:fs';
import { replaceFile } from './engine/disk/write-file.ts';

/** Device-independent pixels. */
export type Rectangle = { x: number; y: number; width: number; height: number };
export type WindowState = { bounds: Rectangle; maximized: boolean };

export const minimumSize = { width: 720, height: 480 };
const usualSize = { width: 1280, height: 820 };
/** So much of the window's top must lie on a display, or it could not be taken hold of. */
const gripWidth = 120;
const gripHeight = 40;

/** Null where there is no state or it cannot be read. */
export function readWindowState(file: string): WindowState | null {
  try {
    const state: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isWindowState(state) ? state : null;
  } catch {
    // The first start, or a damaged file: the window opens in its usual place, and closing it writes the file anew.
    return null;
  }
}

/** Replaces the file whole, not at once: the sockets' thread waits for no disk. Rejects with the file system's error. */
export const writeWindowState = (file: string, state: WindowState): Promise<void> =>
  replaceFile(file, JSON.stringify(state), { isDurable: false });

/**
 * The saved bounds where their top edge can still be reached on one of `workAreas`; else the saved or usual size in the
 * middle of the first of them. Never larger than that work area, and not smaller than `minimumSize` unless it is.
 */
export function fitBounds(saved: Rectangle | null, workAreas: readonly Rectangle[]): Rectangle {
  const home = saved && workAreas.find((area) => holdsGrip(area, saved));
  if (home) return { ...saved, ...clampSize(saved, home) };
  const area = workAreas[0] ?? { x: 0, y: 0, ...usualSize };
  const { width, height } = clampSize(saved ?? usualSize, area);
  const x = area.x + Math.round((area.width - width) / 2);
  const y = area.y + Math.round((area.height - height) / 2);
  return { x, y, width, height };
}

function holdsGrip(area: Rectangle, { x, y, width }: Rectangle): boolean {
  const shownWidth = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return shownWidth >= gripWidth && y >= area.y && y + gripHeight <= area.y + area.height;
}

function clampSize(
  wanted: { width: number; height: number },
  area: Rectangle,
): { width: number; height: number } {
  return {
    width: Math.min(Math.max(wanted.width, minimumSize.width), area.width),
    height: Math.min(Math.max(wanted.height, minimumSize.height), area.height),
  };
}

function isWindowState(value: unknown): value is WindowState {
  if (typeof value !== 'object' || value === null) return false;
  const { bounds, maximized } = value as Partial<WindowState>;
  if (typeof maximized !== 'boolean' || typeof bounds !== 'object' || bounds === null) return false;
  return [bounds.x, bounds.y, bounds.width, bounds.height].every(Number.isSafeInteger);
}
