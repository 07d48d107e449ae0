/** How much of the disk a capture may take. */

/**
 * Less is no limit to keep: bytes lie in files of 16 MiB, two of which are in memory, from where they are sent and named
 * again, and a step leaves more than those.
 */
export const leastCaptureLimit = 64 * 1024 * 1024;

const mebibyte = 1024 * 1024;

/** Of the settings of an endpoint, in bytes; Infinity: none. */
export const captureLimitOf = ({ captureLimitMiB }: { captureLimitMiB: number }): number =>
  captureLimitMiB === 0 ? Infinity : captureLimitMiB * mebibyte;

/** What a typed size is in settings. */
export const limitInMiB = (bytes: number): number => Math.floor(bytes / mebibyte);
