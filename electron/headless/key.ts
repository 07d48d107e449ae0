import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** In constant time whatever the lengths, because digests are compared. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

/** The secret of one run of the host: in the printed address for a page, as a bearer (RFC 6750) for programs. */
export class Key {
  /** 256 random bits, in characters that need no escape in an address or a header. */
  readonly text = randomBytes(32).toString('base64url');

  is(given: unknown): boolean {
    return typeof given === 'string' && isSame(given, this.text);
  }

  /** `authorization`: the value of that header. */
  isBearerIn(authorization: string | undefined): boolean {
    const [, given] = /^Bearer ([\w-]{1,128})$/i.exec(authorization ?? '') ?? [];
    return given !== undefined && this.is(given);
  }
}
