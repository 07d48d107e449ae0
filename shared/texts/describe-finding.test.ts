import { expect, test } from 'vitest';
import type { Finding } from '../network-facts.ts';
import { describeFinding } from './index.ts';

const address = { host: '127.0.0.1', port: 9000, family: 'IPv4' } as const;
const other = { host: '::1', port: 9000, family: 'IPv6' } as const;
const nginx = { pid: 12, name: 'nginx', command: 'nginx -g daemon\u0007' };
const owner = { kind: 'port-owner', address, process: nginx, isThisApp: false, endpoint: null } as const;

test('every finding is a sentence', () => {
  const sentences: [Finding, string][] = [
    [owner, '127.0.0.1:9000 belongs to nginx (process 12), started as nginx -g daemon\\x07'],
    [
      { ...owner, process: null },
      '127.0.0.1:9000 belongs to a program of another user, which the system does not name',
    ],
    [{ ...owner, isThisApp: true }, '127.0.0.1:9000 belongs to this app itself'],
    [{ ...owner, isThisApp: true, endpoint: 'e' }, '127.0.0.1:9000 belongs to “echo lab” in this app'],
    [{ kind: 'next-free-port', port: 9001 }, 'Port 9001 is free'],
    [
      { kind: 'known-authority', id: 'local', name: 'Socketscope' },
      'Socketscope’s own authority signed this certificate, and this client does not trust it yet',
    ],
    [
      { kind: 'known-authority', id: 'c0123456789ab', name: 'Lab CA' },
      '“Lab CA”, which is kept here, signed this certificate, and this client does not trust it yet',
    ],
    [
      { kind: 'path', path: '/tmp/a', state: 'stale' },
      'Nobody listens on /tmp/a any more: a program left it behind',
    ],
    [
      { kind: 'listening-here', addresses: [address, other], process: nginx },
      'On this machine nginx (process 12) listens on 127.0.0.1:9000 and [::1]:9000',
    ],
    [
      { kind: 'listening-here', addresses: [address], process: null },
      'On this machine a program listens on 127.0.0.1:9000',
    ],
    [{ kind: 'nothing-listens-here', port: 9 }, 'Nothing listens on port 9 of this machine'],
    [{ kind: 'other-family', answered: [other] }, '[::1]:9000 answers now'],
    [
      { kind: 'resolves-to', host: 'x.test', addresses: ['10.0.0.1'], code: null, server: '10.0.0.53' },
      'DNS (10.0.0.53) says that x.test is 10.0.0.1, which is not what this system says',
    ],
    [
      { kind: 'resolves-to', host: 'x.test', addresses: [], code: 'ENOTFOUND', server: '' },
      'DNS knows no address of x.test either (ENOTFOUND)',
    ],
    [
      { kind: 'resolves-to', host: 'x.test', addresses: [], code: 'ETIMEOUT', server: '10.0.0.53' },
      'DNS (10.0.0.53) did not say what x.test is: the name server did not answer in time (ETIMEOUT)',
    ],
    [
      { kind: 'privileged-port', lowestPort: 1024 },
      'Ports below 1024 are reserved for the administrator of this machine',
    ],
  ];
  for (const [finding, sentence] of sentences)
    expect(describeFinding(finding, (id) => (id === 'e' ? 'echo lab' : null))).toBe(sentence);
});
