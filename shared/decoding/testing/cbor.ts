/** The examples of RFC 8949, and items as the library cborg writes them. */
import type { Sample } from './sample.ts';

export const cborSamples: readonly Sample[] = [
  {
    from: 'RFC 8949, appendix A',
    hex: '00',
    has: [[0, 0]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '17',
    has: [[0, 23]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '1818',
    has: [[0, 24]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '1903e8',
    has: [[0, 1000]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '1a000f4240',
    has: [[0, 1000000]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '1b000000e8d4a51000',
    has: [[0, 1000000000000]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '1bffffffffffffffff',
    has: [[0, '18446744073709551615']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '3bffffffffffffffff',
    has: [[0, '-18446744073709551616']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '20',
    has: [[0, -1]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '3863',
    has: [[0, -100]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '3903e7',
    has: [[0, -1000]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'f90000',
    has: [[0, 0]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'f93c00',
    has: [[0, 1]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'fb3ff199999999999a',
    has: [[0, 1.1]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'f97bff',
    has: [[0, 65504]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'fa47c35000',
    has: [[0, 100000]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'f90001',
    has: [[0, 5.960464477539063e-8]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'f9c400',
    has: [[0, -4]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'f97c00',
    has: [[0, Infinity]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'f4',
    has: [[0, false]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'f5',
    has: [[0, true]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'f6',
    has: [[0, null]],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'f7',
    has: [[0, 'undefined']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'f0',
    has: [[0, 'simple 16']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'f8ff',
    has: [[0, 'simple 255']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'c11a514b67b0',
    has: [[0, '2013-03-21T20:04:00.000Z']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'd74401020304',
    has: [[0, '01 02 03 04']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '4401020304',
    has: [[0, '01 02 03 04']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '60',
    has: [[0, '']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '6449455446',
    has: [[0, 'IETF']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '62c3bc',
    has: [[0, 'ü']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '83010203',
    has: [[0, '[3]']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '5f42010243030405ff',
    has: [[0, '01 0203 04 05']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '7f657374726561646d696e67ff',
    has: [[0, 'streaming']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: '9f018202039f0405ffff',
    has: [[0, '[3]']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'bf61610161629f0203ffff',
    has: [[0, '{2}']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'a56161614161626142616361436164614461656145',
    has: [[0, '{5}']],
  },
  {
    from: 'RFC 8949, appendix A',
    hex: 'c249010000000000000000',
    has: [[0, '01 00 00 00 00 00 00 00 00']],
  },
  {
    from: 'cborg 6.1.5',
    hex: 'a46174f94d60626f6bf563726177420102646c6973748301216464726569',
    has: [
      ['t', 21.5],
      ['ok', true],
      [2, 'drei'],
      ['raw', '01 02'],
    ],
  },
  {
    from: 'cborg 6.1.5',
    hex: 'a26161a16162a16163f6616e3b000000012a05f1ff',
    has: [
      ['c', null],
      ['n', -5000000000],
    ],
  },
];
