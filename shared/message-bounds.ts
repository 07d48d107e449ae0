/** How long a message may be. */

/** 65,535 bytes of an IPv4 packet less its header and that of UDP (RFC 768); IPv6 counts without its header (RFC 8200 3). */
export const mostDatagramBytesOf = { IPv4: 65_507, IPv6: 65_527 } as const;
/** No datagram to anyone is longer. */
export const mostDatagramBytes = mostDatagramBytesOf.IPv6;

/** Bytes that one page may stage before it sends or drops them: what is never sent costs room on the disk. */
export const mostStagedBytes = 512 * 1024 * 1024;
