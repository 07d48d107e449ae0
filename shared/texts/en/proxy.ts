/** The proxy that a client goes through. */
export const proxy = {
  kind: { label: 'Proxy', hint: 'Connects on behalf of this client, and looks the name up itself.' },
  kinds: { none: 'None', socks5: 'SOCKS5', http: 'HTTP CONNECT' },
  host: { label: 'Proxy host', hint: 'Name or address of the proxy.' },
  port: { label: 'Proxy port', hint: '1 to 65,535; often 1080 for SOCKS5, 3128 or 8080 for HTTP.' },
  username: { label: 'User name', hint: 'Empty goes without authentication.' },
  password: { label: 'Password', hint: 'Kept in the workspace file, and sent to the proxy in the clear.' },
};
