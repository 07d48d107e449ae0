/** The most bytes that any value at a cursor needs: those of a GUID and of an IPv6 address. */
export const inspectedBytes = 16;
