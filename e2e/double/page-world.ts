/** Runs at the start of each document in the page's own world: contextBridge's half, and permissions, which main decides. */
import { decode } from './codec.ts';
import { answerEvent, askEvent, exposeEvent, type PermissionAsk } from './wire.ts';

window.addEventListener(exposeEvent, (event) => {
  const { key, value } = (event as CustomEvent<{ key: string; value: string }>).detail;
  Object.defineProperty(window, key, { value: decode(value), writable: false, configurable: false });
});

let lastAsk = 0;

/** Main is asked each time, and Chromium then does as main said. */
function ask(kind: PermissionAsk['kind'], permission: string): Promise<boolean> {
  const id = ++lastAsk;
  return new Promise((resolve) => {
    window.addEventListener(answerEvent, function listen(event) {
      const answer = (event as CustomEvent<{ id: number; isGranted: boolean }>).detail;
      if (answer.id !== id) return;
      window.removeEventListener(answerEvent, listen);
      resolve(answer.isGranted);
    });
    const detail: PermissionAsk = { id, kind, permission };
    window.dispatchEvent(new CustomEvent(askEvent, { detail }));
  });
}

/** Makes a method of the browser ask main first. */
function askBefore<Target extends object>(
  target: Target | undefined,
  name: keyof Target & string,
  kind: PermissionAsk['kind'],
  permissionOf: (...args: never[]) => string,
): void {
  if (!target) return;
  const original = Reflect.get(target, name) as (...args: unknown[]) => unknown;
  Reflect.set(target, name, async function (this: unknown, ...args: never[]) {
    await ask(kind, permissionOf(...args));
    return original.apply(this, args);
  });
}

const electronNames: Partial<Record<string, string>> = { 'clipboard-write': 'clipboard-sanitized-write' };

askBefore(
  Permissions.prototype,
  'query',
  'check',
  ({ name }: { name: string }) => electronNames[name] ?? name,
);
askBefore(globalThis.Notification, 'requestPermission', 'request', () => 'notifications');
askBefore(globalThis.Geolocation?.prototype, 'getCurrentPosition', 'request', () => 'geolocation');
// The clipboard is there in a secure context only.
askBefore(globalThis.Clipboard?.prototype, 'writeText', 'request', () => 'clipboard-sanitized-write');
askBefore(globalThis.Clipboard?.prototype, 'readText', 'request', () => 'clipboard-read');
