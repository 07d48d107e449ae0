/** What the window does with workspaces. */
import { failureOf } from '../../shared/failure.ts';
import { isRunning } from '../../shared/settings/running.ts';
import { texts } from '../../shared/texts/index.ts';
import {
  isWorkspaceName,
  ownWorkspace,
  workspaceName,
  type Keeping,
  type Opening,
  type WorkspaceChoice,
  type WorkspaceId,
} from '../../shared/workspaces.ts';
import type { AppState } from '../state/app.svelte.ts';

/** The name of its file, or what one is called that is none. */
export const nameOfWorkspace = (id: WorkspaceId, path: string | null): string => {
  const { own, unnamed } = texts.workspaces;
  if (path !== null) return workspaceName(path);
  return id === ownWorkspace ? own : unnamed;
};

export const runningIn = ({ summary }: AppState): number =>
  summary?.endpoints.filter(({ status }) => isRunning(status)).length ?? 0;

/** As a file of it could be called. */
export const fileNameOf = (path: string | null): string => {
  const name = path === null ? '' : workspaceName(path);
  return isWorkspaceName(name) ? name : 'workspace';
};

/** The page begins anew where one was opened. Null where nothing was chosen, or it failed, which is shown. */
export async function openWorkspace(
  app: AppState,
  choice: WorkspaceChoice,
  stops: boolean,
): Promise<Opening | null> {
  // What was written last belongs to the one that is left.
  app.saveNow();
  try {
    const opening = await app.engine.openWorkspace(choice, stops);
    if (opening?.isOpen) app.beginAnew();
    return opening;
  } catch (thrown) {
    app.toast(failureOf(thrown));
    return null;
  }
}

export async function saveWorkspaceAs(app: AppState, name: string, hasSecrets: boolean): Promise<void> {
  app.saveNow();
  await app.attempt(() => app.engine.saveWorkspaceAs(name, hasSecrets));
}

export const settle = (app: AppState, keep: Keeping): Promise<unknown> =>
  app.attempt(() => app.engine.settleWorkspace(keep));
