import { MessageChannelMain, type WebContents } from 'electron';
import { attachPage } from './engine/door/attach.ts';
import type { Engine } from './engine/engine.ts';
import type { Viewer } from './engine/door/viewer.ts';
import { portChannel } from './message-port.ts';
import { onPageMessage } from './page-guards.ts';

export type PageLink = {
  /** Runs an action in every page that is there; where there is none, in the one of the window that then opens. */
  runAction(name: string): void;
  /** Resolves when all that the pages said has arrived and their ports have closed. */
  whenGone(): Promise<unknown>;
};

/** Gives each page that asks a port to the engine. The sockets are the engine's: they outlive any page. */
export function linkPages(engine: Engine, openWindow: () => void): PageLink {
  const viewers = new Map<WebContents, Viewer>();
  /** Of a menu without a window, as macOS has it. */
  const waiting: string[] = [];
  const openPorts = new Set<Promise<void>>();
  onPageMessage('port', (contents, frame) => {
    // A page that asks again has reloaded or lost its port.
    viewers.get(contents)?.close();
    const { port1, port2 } = new MessageChannelMain();
    const closed = new Promise<void>((resolve) => port1.once('close', resolve)).then(() => {
      openPorts.delete(closed);
    });
    openPorts.add(closed);
    frame.postMessage('port', null, [port2]);
    if (!viewers.has(contents)) contents.once('destroyed', () => viewers.delete(contents));
    const viewer = attachPage(engine, portChannel(port1));
    viewers.set(contents, viewer);
    for (const name of waiting.splice(0)) viewer.action(name);
  });
  return {
    runAction: (name) => {
      for (const viewer of viewers.values()) viewer.action(name);
      if (viewers.size > 0) return;
      waiting.push(name);
      openWindow();
    },
    whenGone: () => Promise.all(openPorts),
  };
}
