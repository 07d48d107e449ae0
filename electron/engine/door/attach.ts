import type { Channel } from '../../../shared/wire/channel.ts';
import type { Commands } from '../../../shared/contract.ts';
import type { Local } from '../../../shared/wire/rpc.ts';
import { commandNames, runCommand } from './commands.ts';
import type { Engine } from '../engine.ts';
import { Viewer } from './viewer.ts';

/** Serves one page until its channel closes. */
export function attachPage(engine: Engine, channel: Channel): Viewer {
  const viewer: Viewer = new Viewer(engine, channel, tableOf, () => engine.pages.delete(viewer));
  engine.pages.add(viewer);
  return viewer;
}

function tableOf(viewer: Viewer): Local<Commands> {
  const entries = commandNames.map((name) => [name, (...args: unknown[]) => runCommand(viewer, name, args)]);
  return Object.fromEntries(entries) as Local<Commands>;
}
