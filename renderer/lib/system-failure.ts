import type { Failure } from '../../shared/failure.ts';

/**
 * True for what a socket's status tells: the system's own codes (EADDRINUSE) and those about paths, certificates and key
 * logs. False for Node's (ERR_SOCKET_BAD_PORT) and for arguments (INVALID_ARGUMENT).
 */
export const isSystemFailure = ({ code }: Failure): boolean =>
  /^(E[A-Z0-9]+|PATH_[A-Z_]+|STALE_SOCKET|KEY_LOG_UNWRITABLE|CERTIFICATE_[A-Z_]+|TLS_[A-Z_]+|REUSEPORT_UNSUPPORTED)$/.test(
    code,
  );
