import { EventEmitter } from 'node:events';

/** The listed events of `Target`, each refused by the compiler where Electron has no such event with such arguments. */
export type EventsOf<Target, Events extends Record<keyof Events, unknown[]>> = {
  [Name in keyof Events]: Target extends {
    on(event: Name, listener: (...args: Events[Name]) => void): unknown;
  }
    ? Events[Name]
    : never;
};

export class Emitter<Events extends Record<keyof Events, unknown[]>> extends EventEmitter {
  /** Typed `emit`. */
  fire<Name extends keyof Events & string>(name: Name, ...args: Events[Name]): void {
    this.emit(name, ...args);
  }
}

/** An event whose default can be prevented, with what Electron adds to it. */
export function preventable<Details extends object>(details: Details) {
  return {
    ...details,
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true;
    },
  };
}

/** Throws on any member that the double lacks, so that a test never passes because nothing happened. */
export function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key, object);
      if (value === undefined && typeof key === 'string' && key !== 'then' && !(key in object))
        throw new Error(`The double has no ${name}.${key}`);
      // Bound, because private fields live on the object and not on its proxy.
      return typeof value === 'function' ? value.bind(object) : value;
    },
  });
}
