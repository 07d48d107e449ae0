/**
 * How a page of the headless host proves that a person let it in. The key stands in the address's fragment, because
 * browsers send a fragment to nobody: a cookie would go to every other server on the same host, whatever its port.
 */

/** `origin` as in `http://127.0.0.1:8080`. */
export const addressWithKey = (origin: string, key: string): string => `${origin}/#key=${key}`;

/** The key in `location.hash`; null where there is none. One that was cut or mistyped is still the one that was given. */
export const keyIn = (hash: string): string | null => /^#key=(.{0,128})/.exec(hash)?.[1] ?? null;

/** The first message of a page on its channel. The host answers `welcome`, and nothing before that counts. */
export type Proof = { key: string };
export const welcome = { welcome: true };

/** The channel closes with it where the proof is wrong (RFC 6455 section 7.4.2: of this app alone). */
export const keyRefusedCode = 4401;
