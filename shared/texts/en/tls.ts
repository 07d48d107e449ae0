/** Options of TLS, and what is said of a secured connection. */
export const tls = {
  made: 'Made by Socketscope for this server',
  madeDetail: 'For its address and host name, signed by Socketscope’s own authority.',
  identities: 'Certificates of this server',
  identitiesHint: 'The first is the default; others are chosen by the name that a client asks for (SNI).',
  addIdentity: 'Add a certificate',
  noneToAdd: 'No other certificates yet',
  remove: (name: string) => `Do not use ${name}`,
  earlier: (name: string) => `Move ${name} up`,
  later: (name: string) => `Move ${name} down`,
  missing: 'A certificate that is no longer there',
  manage: 'Certificates…',
  clientCertificates: {
    label: 'Client certificates',
    hint: 'Whether clients have to prove who they are.',
  },
  clientCertificateChoices: { none: 'Not asked for', request: 'Asked for', require: 'Required' },
  clientAuthority: {
    label: 'Clients are trusted if signed by',
    hint: 'Other client certificates are refused where they are required, else marked.',
  },
  authority: {
    label: 'Trusted authorities',
    hint: 'Whose signature makes the server’s certificate valid. On Linux, SSL_CERT_FILE can name the system’s list.',
  },
  authorities: { system: 'The system’s and Node’s', local: 'Socketscope’s own authority' },
  identity: {
    label: 'Client certificate',
    hint: 'Shown to a server that asks for one.',
  },
  noIdentity: 'None',
  servername: {
    label: 'Server name (SNI)',
    hint: 'Sent in the clear, and checked against the certificate.',
  },
  servernameIsHost: 'the host',
  sendServername: {
    label: 'Send the server name',
    hint: 'Without it a server with several certificates shows its default one.',
  },
  verify: { label: 'Verify the server’s certificate', hint: 'Refuses a server that cannot prove its name.' },
  notVerifying:
    'Certificates are not verified: anyone between here and the server can read and change the traffic.',
  alpn: {
    label: 'Protocols (ALPN)',
    hint: 'In order of preference, separated by commas; empty leaves ALPN out.',
  },
  alpnPlaceholder: 'h2, http/1.1',
  minVersion: { label: 'Lowest version', hint: 'TLS 1.0 and 1.1 are broken; only for testing old peers.' },
  maxVersion: { label: 'Highest version', hint: 'Below TLS 1.3 to test how a peer copes.' },
  versions: { TLSv1: 'TLS 1.0', 'TLSv1.1': 'TLS 1.1', 'TLSv1.2': 'TLS 1.2', 'TLSv1.3': 'TLS 1.3' },
  ciphers: {
    label: 'Cipher suites',
    hints: {
      OpenSSL: 'OpenSSL names separated by colons, those of TLS 1.3 first.',
      BoringSSL:
        'OpenSSL’s names separated by colons. The desktop uses BoringSSL: of TLS 1.3 all three suites or none, no DHE or CCM, no @SECLEVEL; “npm run serve” uses OpenSSL.',
    },
  },
  ciphersPlaceholder: 'Node’s usual ones',
  keyLog: {
    label: 'Keep a key log',
    hint: 'Secrets of every connection, in the form that Wireshark reads (NSS).',
  },
  keyLogWarning: 'Whoever has the key log can read all of this traffic. Turn it off when you are done.',
  saveKeyLog: 'Save key log',
  notVerified: (code: string) => `not verified: ${code}`,
  verified: 'verified',
  alpnFact: (name: string) => `ALPN ${name}`,
  servernameFact: (name: string) => `SNI ${name}`,
  reused: 'session reused',
  refusedTitle: 'The certificate that was refused',
  connectAnyway: 'Connect anyway',
  connectAnywayHint: 'Once, without checking; the connection stays marked as not verified.',
};
