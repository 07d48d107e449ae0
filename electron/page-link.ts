import { MessageChannelMain, type WebContents } from 'electron';
import type { Engine } from './engine/engine.ts';
import type { Viewer } from './engine/viewer.ts';
import type { Channel } from '../shared/channel.ts';
import { portChannel } from './message-port.ts';
import { onPageMessage } from './page-guards.ts';

export type PageLink = {
  /** Runs an action of the page, if a page is there. */
  runAction(name: string): void;
};

/** Gives each page that asks a port to the engine. The sockets are the engine's: they outlive any page. */
export function linkPages(engine: Engine): PageLink {
  const links = new Map<WebContents, { viewer: Viewer; channel: Channel }>();
  onPageMessage('port', (contents, frame) => {
    // A page that asks again has reloaded or lost its port.
    links.get(contents)?.channel.close();
    const { port1, port2 } = new MessageChannelMain();
    frame.postMessage('port', null, [port2]);
    const channel = portChannel(port1);
    if (!links.has(contents)) contents.once('destroyed', () => links.delete(contents));
    links.set(contents, { channel, viewer: engine.attach(channel) });
  });
  return {
    runAction: (name) => {
      for (const { viewer } of links.values()) viewer.action(name);
    },
  };
}
