import type { Failure } from '../../shared/failure.ts';

/** True for the system's own codes (EADDRINUSE); false for Node's (ERR_SOCKET_BAD_PORT) and ours (INVALID_ARGUMENT). */
export const isSystemFailure = ({ code }: Failure): boolean => /^E[A-Z0-9]+$/.test(code);
