/** A certificate as it is shown: facts by name, and whether its time is right. */
import type { CertificateInfo } from '../../shared/certificates.ts';
import { texts } from '../../shared/texts/index.ts';
import { formatIso } from '../../shared/show/times.ts';

/** `2026-11-20` */
export const formatDay = (time: number): string => formatIso(time).slice(0, 10);

/** `2026-11-20 14:02:11 UTC` */
const formatSecond = (time: number): string => `${formatIso(time).slice(0, 19).replace('T', ' ')} UTC`;

export type CertificateFact = { name: string; value: string; isMono: boolean; problem: string | null };

/** All that is known of a certificate, in the order in which one asks. `now` in ms since the epoch. */
export function certificateFacts(certificate: CertificateInfo, now: number): CertificateFact[] {
  const words = texts.certificates;
  const { subject, issuer, alternativeNames, validFrom, validTo } = certificate;
  const fact = (name: string, value: string, problem: string | null = null, isMono = false) => ({
    name,
    value,
    isMono,
    problem,
  });
  return [
    fact(words.subject, subject),
    fact(words.alternativeNames, alternativeNames.join(', ') || words.noNames),
    fact(words.issuer, issuer === subject ? words.selfSigned : issuer),
    fact(words.validFrom, formatSecond(validFrom), validFrom > now ? words.tooEarly : null),
    fact(words.validTo, formatSecond(validTo), validTo < now ? words.expired : null),
    fact(words.key, certificate.key),
    fact(words.authority, words.isAuthority[certificate.isAuthority ? 'yes' : 'no']),
    fact(words.fingerprint, certificate.fingerprint, null, true),
    fact(words.serialNumber, certificate.serialNumber, null, true),
  ];
}

/** One line on a certificate's time: until when, or what is wrong with it. */
export function validityOf(
  { validFrom, validTo }: CertificateInfo,
  now: number,
): {
  text: string;
  isWrong: boolean;
} {
  const words = texts.certificates;
  if (validTo < now) return { text: words.expiredOn(formatDay(validTo)), isWrong: true };
  if (validFrom > now) return { text: words.notYet(formatDay(validFrom)), isWrong: true };
  return { text: words.until(formatDay(validTo)), isWrong: false };
}
