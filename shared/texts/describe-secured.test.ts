import { expect, test } from 'vitest';
import type { RecordDetail } from '../records.ts';
import { describeRecord } from './describe-record.ts';

const secured: Extract<RecordDetail, { kind: 'secured' }> = {
  kind: 'secured',
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  alpn: 'h2',
  servername: 'lab.test',
  isReused: true,
  isVerified: true,
  verifyCode: null,
  chain: [],
  durationMs: 3.3,
};

test('what TLS agreed on is said in one sentence', () => {
  expect(describeRecord(secured, '127.0.0.1:443')).toBe(
    'Secured with 127.0.0.1:443 in 3.3 ms: TLS 1.3, TLS_AES_256_GCM_SHA384, ALPN h2, SNI lab.test, session reused',
  );
});

test('that a peer is not verified is said before what a narrow log cuts off', () => {
  const unverified = {
    ...secured,
    alpn: null,
    servername: null,
    isReused: false,
    verifyCode: 'CERT_HAS_EXPIRED',
  };
  expect(describeRecord(unverified, '')).toBe(
    'Secured with the peer in 3.3 ms (not verified: CERT_HAS_EXPIRED): TLS 1.3, TLS_AES_256_GCM_SHA384',
  );
});
