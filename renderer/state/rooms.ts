/** The pane at the right and the widths of all panes, as the layout keeps them. */
import { tick } from 'svelte';
import type { PaneRoom, SetupPart } from '../../shared/layout.ts';
import { windowRoom } from '../lib/window-room.svelte.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';

/** The room that shows. Over the log it is looked at and left again: that is no part of the layout. */
export const roomOf = (app: AppState): PaneRoom | null =>
  windowRoom.isCovered ? app.cover : app.layout.room;

export function openRoom(app: AppState, room: PaneRoom): void {
  if (windowRoom.isCovered) app.cover = room;
  else app.changeLayout({ room });
}

/** By a person, who then opens it: choosing a record does so no more. */
export function closePane(app: AppState): void {
  if (windowRoom.isCovered) app.cover = null;
  else app.changeLayout({ room: null, keepsClosed: true });
}

/** Resolves when what the pane lay over shows, and can take the focus. */
export async function uncover(app: AppState): Promise<void> {
  if (app.cover === null) return;
  app.cover = null;
  await tick();
}

/** A record was pointed at: the pane comes by itself until a person closed it, and beside the log; or for what is asked for `anyway`. */
export function roomForRecord(app: AppState, anyway: boolean): void {
  const room = roomOf(app);
  const keepsClosed = windowRoom.isCovered || app.layout.keepsClosed;
  if (room === 'setup' || (room === null && (anyway || !keepsClosed))) openRoom(app, 'record');
}

/** One part of the set-up, unfolded and in sight; the field of that label, or with '' the part itself, gets the focus. */
export function showSetup(
  app: AppState,
  endpoint: EndpointState,
  part: SetupPart,
  focused: string | null = null,
): void {
  setSection(app, sectionOf(part), true);
  endpoint.wanted = { part, focused };
  openRoom(app, 'setup');
}

/** What a button for it says of itself; pressed once more, it closes the pane. */
export const isSetupShown = (app: AppState, endpoint: EndpointState, ofReply: boolean): boolean =>
  roomOf(app) === 'setup' && (endpoint.wanted?.part === 'reply') === ofReply;

export function toggleSetup(app: AppState, endpoint: EndpointState, part: SetupPart): void {
  if (isSetupShown(app, endpoint, part === 'reply')) closePane(app);
  else showSetup(app, endpoint, part);
}

export const sectionOf = (part: SetupPart): string => `setup-${part}`;

export const isSectionOpen = (app: AppState, name: string, usually: boolean): boolean =>
  app.layout.sections[name] ?? usually;

export const setSection = (app: AppState, name: string, open: boolean): void =>
  app.changeLayout({ sections: { ...app.layout.sections, [name]: open } });

const reasons = 'connection-reasons';

export const areReasonsOpen = (app: AppState): boolean => isSectionOpen(app, reasons, false);

/** Why something failed and what else was found out: on request alone. */
export const showReasons = (app: AppState, open: boolean): void => setSection(app, reasons, open);

/** Of a pane by its name, in pixels, and how to keep another one. */
export function widthOf(
  app: AppState,
  name: string,
  usual: number,
): { size: number; onresize: (size: number) => void } {
  return {
    size: app.layout.panes[name]?.[0] ?? usual,
    onresize: (size) => app.changeLayout({ panes: { ...app.layout.panes, [name]: [size] } }),
  };
}
