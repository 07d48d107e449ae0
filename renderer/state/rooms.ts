/** The pane at the right and the widths of all panes, as the layout keeps them. */
import type { PaneRoom, SetupPart } from '../../shared/layout.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';

export const openRoom = (app: AppState, room: PaneRoom): void => app.changeLayout({ room });

/** By a person, who then opens it: choosing a record does so no more. */
export const closePane = (app: AppState): void => app.changeLayout({ room: null, keepsClosed: true });

/** A record was pointed at: the pane comes by itself until a person closed it, and for what is asked for `anyway`. */
export function roomForRecord(app: AppState, anyway: boolean): void {
  const { room, keepsClosed } = app.layout;
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
  app.layout.room === 'setup' && (endpoint.wanted?.part === 'reply') === ofReply;

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
