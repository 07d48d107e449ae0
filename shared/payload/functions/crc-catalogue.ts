/** Cyclic redundancy checks by the names of the public catalogue (Greg Cook, "Catalogue of parametrised CRC algorithms"). */

export type CrcModel = {
  width: number;
  poly: bigint;
  init: bigint;
  reflectIn: boolean;
  reflectOut: boolean;
  xorOut: bigint;
};

/**
 * Name, polynomial, start, which bits are reflected (`=` in and out, `o` out), and final XOR, without zeros and none at
 * the end; numbers in hex, `~` is all ones. A text, because it comes with the page's first paint: as numbers of JavaScript
 * it would be half as long again.
 */
const rows = `
3-gsm 3 0 - ~
3-rohc 3 ~ =
4-g-704 3 0 =
4-interlaken 3 ~ - ~
5-epc-c1g2 9 9
5-g-704 15 0 =
5-usb 5 ~ = ~
6-cdma2000-a 27 ~
6-cdma2000-b 7 ~
6-darc 19 0 =
6-g-704 3 0 =
6-gsm 2f 0 - ~
7-mmc 9
7-rohc 4f ~ =
7-umts 45
8-autosar 2f ~ - ~
8-bluetooth a7 0 =
8-cdma2000 9b ~
8-darc 39 0 =
8-dvb-s2 d5
8-gsm-a 1d
8-gsm-b 49 0 - ~
8-hitag 1d ~
8-i-432-1 7 0 - 55
8-i-code 1d fd
8-lte 9b
8-maxim-dow 31 0 =
8-mifare-mad 1d c7
8-nrsc-5 31 ~
8-opensafety 2f
8-rohc 7 ~ =
8-sae-j1850 1d ~ - ~
8-smbus 7
8-tech-3250 1d ~ =
8-wcdma 9b 0 =
10-atm 233
10-cdma2000 3d9 ~
10-gsm 175 0 - ~
11-flexray 385 1a
11-umts 307
12-cdma2000 f13 ~
12-dect 80f
12-gsm d31 0 - ~
12-umts 80f 0 o
13-bbc 1cf5
14-darc 805 0 =
14-gsm 202d 0 - ~
15-can 4599
15-mpt1327 6815 0 - 1
16-arc 8005 0 =
16-cdma2000 c867 ~
16-cms 8005 ~
16-dds-110 8005 800d
16-dect-r 589 0 - 1
16-dect-x 589
16-dnp 3d65 0 = ~
16-en-13757 3d65 0 - ~
16-genibus 1021 ~ - ~
16-gsm 1021 0 - ~
16-ibm-3740 1021 ~
16-ibm-sdlc 1021 ~ = ~
16-iso-iec-14443-3-a 1021 c6c6 =
16-kermit 1021 0 =
16-lj1200 6f63
16-m17 5935 ~
16-maxim-dow 8005 0 = ~
16-mcrf4xx 1021 ~ =
16-modbus 8005 ~ =
16-nrsc-5 80b ~ =
16-opensafety-a 5935
16-opensafety-b 755b
16-profibus 1dcf ~ - ~
16-riello 1021 b2aa =
16-spi-fujitsu 1021 1d0f
16-t10-dif 8bb7
16-teledisk a097
16-tms37157 1021 89ec =
16-umts 8005
16-usb 8005 ~ = ~
16-xmodem 1021
17-can-fd 1685b
21-can-fd 102899
24-ble 65b 555555 =
24-flexray-a 5d6dcb fedcba
24-flexray-b 5d6dcb abcdef
24-interlaken 328b63 ~ - ~
24-lte-a 864cfb
24-lte-b 800063
24-openpgp 864cfb b704ce
24-os-9 800063 ~ - ~
30-cdma 2030b9c7 ~ - ~
31-philips 4c11db7 ~ - ~
32-aixm 814141ab
32-autosar f4acfb13 ~ = ~
32-base91-d a833982b ~ = ~
32-bzip2 4c11db7 ~ - ~
32-cd-rom-edc 8001801b 0 =
32-cksum 4c11db7 0 - ~
32-iscsi 1edc6f41 ~ = ~
32-iso-hdlc 4c11db7 ~ = ~
32-jamcrc 4c11db7 ~ =
32-mef 741b8cd7 ~ =
32-mpeg-2 4c11db7 ~
32-xfer af
40-gsm 4820009 0 - ~
64-ecma-182 42f0e1eba9ea3693
64-go-iso 1b ~ = ~
64-ms 259c84cba6426349 ~ =
64-nvme ad93d23594c93659 ~ = ~
64-redis ad93d23594c935a9 0 =
64-we 42f0e1eba9ea3693 ~ - ~
64-xz 42f0e1eba9ea3693 ~ = ~
82-darc 308c0111011401440411 0 =
`;

/** By name, which begins with the width. */
export const crcCatalogue: ReadonlyMap<string, CrcModel> = new Map(
  rows
    .trim()
    .split('\n')
    .map((row) => {
      const [name = '', poly = '', init = '0', reflected = '', xorOut = '0'] = row.split(' ');
      const width = parseInt(name);
      const number = (hex: string): bigint => (hex === '~' ? (1n << BigInt(width)) - 1n : BigInt(`0x${hex}`));
      const reflects = { reflectIn: reflected === '=', reflectOut: /[=o]/.test(reflected) };
      return [
        `crc${name}`,
        { width, poly: number(poly), init: number(init), ...reflects, xorOut: number(xorOut) },
      ];
    }),
);

/** Names that people know them by. */
export const crcAliases: Readonly<Record<string, string>> = {
  crc8: 'crc8-smbus',
  crc16: 'crc16-arc',
  'crc16-ccitt': 'crc16-kermit',
  'crc16-ccitt-false': 'crc16-ibm-3740',
  'crc16-x25': 'crc16-ibm-sdlc',
  crc24: 'crc24-openpgp',
  crc32: 'crc32-iso-hdlc',
  crc32c: 'crc32-iscsi',
  crc64: 'crc64-ecma-182',
};
