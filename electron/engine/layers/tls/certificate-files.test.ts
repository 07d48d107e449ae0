import { expect, it } from 'vitest';
import { testLeaf } from '../../testing/tls-kit.ts';
import { readIdentity } from './certificate-files.ts';

/** Its passphrase is `right`; with `wrong 282` it decrypts to noise whose padding happens to be right. */
const lockedKey = `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgoFwJl4QjIQgICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEBBAnVyk5CRBik9O08uF5aIEgZCv
XPoOn7CFNsqVw8SMlloMqQ42OaFnbt0sTB99wx9Z2FjC3hsLgMwbv6YiadOxvnhe
i2a49dv+IswTVWsjbKbWIvsNoxGihIGy/zbJ/YiBKgacX+7GJyDuzCkMo3PN3SIO
eFU8JgCoEbIdDWg6kZw2H1AwsF2ATdY5OBKS/EYzBQ+5wc1bfYq24bAhDmwQlCY=
-----END ENCRYPTED PRIVATE KEY-----
`;

it.each([
  ['whose noise has no padding', 'wrong 0', 'WRONG_PASSPHRASE'],
  ['whose noise has a padding', 'wrong 282', 'WRONG_PASSPHRASE'],
  ['that is right, of another certificate', 'right', 'KEY_MISMATCH'],
])('a passphrase %s is told', async (_, passphrase, code) => {
  const { cert } = await testLeaf();
  const read = () =>
    readIdentity({ certificate: Buffer.from(cert), key: Buffer.from(lockedKey), passphrase });
  expect(read).toThrowError(expect.objectContaining({ code }) as Error);
});

it('a cipher that nobody knows is no wrong passphrase', async () => {
  const { cert } = await testLeaf();
  const der = Buffer.from(lockedKey.replaceAll(/-----[^-]+-----/g, ''), 'base64');
  der[der.indexOf(Buffer.from('60864801650304012a', 'hex')) + 8] = 0x7f;
  const key = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${der.toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
  expect(() =>
    readIdentity({ certificate: Buffer.from(cert), key: Buffer.from(key), passphrase: 'right' }),
  ).toThrowError(expect.objectContaining({ code: 'KEY_UNREADABLE' }) as Error);
});
