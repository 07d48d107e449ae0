/** Text of an address, with or without a port, brackets and zone. */
const patterns = [
  // RFC 1918, RFC 3927 (link-local), RFC 6598 (shared).
  /^10\./,
  /^172\.(?:1[6-9]|2\d|3[01])\./,
  /^192\.168\./,
  /^169\.254\./,
  /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
  // RFC 4193 and RFC 4291 section 2.5.6.
  /^\[?f[cd][0-9a-f]{2}:/i,
  /^\[?fe[89ab][0-9a-f]:/i,
  // RFC 6762: names of the local link.
  /\.local\.?(?::\d+)?$/i,
];

/** True for an address or name of one's own network; false for anything else, `localhost` and paths too. */
export const isPrivateAddress = (text: string): boolean => patterns.some((pattern) => pattern.test(text));
