/** Runs at the start of each document in an isolated world, as a sandboxed preload does, and then runs the preload. */
import { decode, encode } from './codec.ts';
import {
  answerEvent,
  askEvent,
  exposeEvent,
  type ContextMenu,
  type PermissionAsk,
  type ToMain,
  type ToPage,
} from './wire.ts';

type IpcEvent = { sender: unknown; ports: readonly MessagePort[] };
type IpcListener = (event: IpcEvent, ...args: unknown[]) => void;
type PreloadBody = (require: (name: string) => unknown, module: object, exports: object) => void;

declare global {
  /** Set by the debugger in this world only. */
  function doubleToMain(message: string): void;
  function doubleToPage(message: string): void;
  function doublePreload(...args: Parameters<PreloadBody>): void;
}

const listeners = new Map<string, IpcListener[]>();
const ports = new Map<number, MessagePort>();
const tell = (message: ToMain) => doubleToMain(encode(message));

const ipcRenderer = {
  on(channel: string, listener: IpcListener) {
    listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
    return ipcRenderer;
  },
  send: (channel: string, ...args: unknown[]) => tell({ type: 'ipc', channel, args }),
};

const contextBridge = {
  exposeInMainWorld(key: string, value: unknown) {
    window.dispatchEvent(new CustomEvent(exposeEvent, { detail: { key, value: encode(value) } }));
  },
};

/**
 * Makes the page's end of a channel; what it sends goes on to main, in a later task: what a page posts in its very last
 * moment arrives on Electron and not here.
 */
function openPort(port: number): MessagePort {
  const { port1, port2 } = new MessageChannel();
  ports.set(port, port1);
  port1.onmessage = ({ data }: MessageEvent<unknown>) => tell({ type: 'port-message', port, data });
  port1.addEventListener('close', () => {
    if (ports.delete(port)) tell({ type: 'port-close', port });
  });
  return port2;
}

globalThis.doubleToPage = (text) => {
  const message = decode(text) as ToPage;
  if (message.type === 'ipc') {
    const event = { sender: ipcRenderer, ports: message.ports.map(openPort) };
    for (const listener of listeners.get(message.channel) ?? []) listener(event, ...message.args);
  } else if (message.type === 'permission') {
    window.dispatchEvent(new CustomEvent(answerEvent, { detail: message }));
  } else if (message.type === 'port-message') {
    ports.get(message.port)?.postMessage(message.data);
  } else {
    const port = ports.get(message.port);
    ports.delete(message.port);
    port?.close();
  }
};

window.addEventListener('keydown', (event) => {
  const { key, ctrlKey: ctrl, shiftKey: shift, altKey: alt, metaKey: meta } = event;
  // After the page's own listeners: Electron's menu gets only the keys that the page left alone.
  setTimeout(() => {
    if (!event.defaultPrevented) tell({ type: 'key', press: { key, ctrl, shift, alt, meta } });
  });
});

window.addEventListener(askEvent, (event) =>
  tell({ type: 'permission', ...(event as CustomEvent<PermissionAsk>).detail }),
);

window.addEventListener('contextmenu', (event) => {
  const params = contextMenuOf(event.target as Element);
  // Electron's comes only where the page showed none of its own.
  setTimeout(() => {
    if (!event.defaultPrevented) tell({ type: 'context-menu', params });
  });
});

function contextMenuOf(target: Element): ContextMenu {
  const field = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : null;
  const isEditable = field
    ? !field.readOnly && !field.disabled
    : target instanceof HTMLElement && target.isContentEditable;
  const selectionText = field
    ? field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0)
    : String(getSelection());
  const hasSelection = selectionText !== '';
  return {
    isEditable,
    selectionText,
    editFlags: {
      canCopy: hasSelection,
      canCut: isEditable && hasSelection,
      canPaste: isEditable,
      canSelectAll: field ? field.value !== '' : true,
    },
  };
}

doublePreload(
  (name) => {
    if (name !== 'electron') throw new Error(`A sandboxed preload cannot load ${name}`);
    return { ipcRenderer, contextBridge };
  },
  {},
  {},
);
