import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, in characters that need no escape in a URL, a cookie or a header. */
const newSecret = (): string => randomBytes(32).toString('base64url');

/** In constant time whatever the lengths, because digests are compared. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

/**
 * The secrets of one run. The token is printed once; as part of a URL it opens the page a single time and is exchanged
 * for the cookie, as a bearer it serves programs for as long as the host runs.
 */
export class Secrets {
  readonly token = newSecret();
  readonly #cookie = newSecret();
  readonly cookieName: string;
  #urlUsed = false;

  /** Cookies do not tell ports apart, so the name does: two hosts on one machine must not sign each other out. */
  constructor(port: number) {
    this.cookieName = `socketscope-${port}`;
  }

  get urlUsed(): boolean {
    return this.#urlUsed;
  }

  /** True for the right token, once. */
  exchange(given: string): boolean {
    if (this.#urlUsed || !this.isToken(given)) return false;
    this.#urlUsed = true;
    return true;
  }

  isToken(given: string): boolean {
    return isSame(given, this.token);
  }

  /** Value of a Set-Cookie header (RFC 6265). No Max-Age: it ends with the browser, and with this process. */
  get setCookie(): string {
    return `${this.cookieName}=${this.#cookie}; HttpOnly; SameSite=Strict; Path=/`;
  }

  hasCookie(header: string | undefined): boolean {
    const prefix = `${this.cookieName}=`;
    const values = (header ?? '')
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part.startsWith(prefix));
    return values.some((value) => isSame(value.slice(prefix.length), this.#cookie));
  }

  hasBearer(header: string | undefined): boolean {
    const [, given] = /^Bearer ([\w-]{1,128})$/i.exec(header ?? '') ?? [];
    return given !== undefined && this.isToken(given);
  }
}
