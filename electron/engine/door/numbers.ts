/**
 * Numbers of what pages open. None comes twice, and they begin anywhere: a page that has lost its channel may yet close
 * what it had, which must not be what it has now, be the host another one.
 */
import { randomInt } from 'node:crypto';

/** Half of what the commands take is left to count on. */
let next = randomInt(1, 2 ** 30);

export const nextNumber = (): number => next++;
