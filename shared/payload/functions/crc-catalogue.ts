/** Cyclic redundancy checks by the names of the public catalogue (Greg Cook, "Catalogue of parametrised CRC algorithms"). */

export type CrcModel = {
  width: number;
  poly: bigint;
  init: bigint;
  reflectIn: boolean;
  reflectOut: boolean;
  xorOut: bigint;
};

/** Name, width, polynomial, start, "r" where bits are reflected ("i" in, "o" out), final XOR, and the check of "123456789". */
const rows = `
crc3-gsm 3 3 0 - 7 4
crc3-rohc 3 3 7 io 0 6
crc4-g-704 4 3 0 io 0 7
crc4-interlaken 4 3 f - f b
crc5-epc-c1g2 5 09 09 - 0 00
crc5-g-704 5 15 0 io 0 07
crc5-usb 5 05 1f io 1f 19
crc6-cdma2000-a 6 27 3f - 0 0d
crc6-cdma2000-b 6 07 3f - 0 3b
crc6-darc 6 19 0 io 0 26
crc6-g-704 6 03 0 io 0 06
crc6-gsm 6 2f 0 - 3f 13
crc7-mmc 7 09 0 - 0 75
crc7-rohc 7 4f 7f io 0 53
crc7-umts 7 45 0 - 0 61
crc8-autosar 8 2f ff - ff df
crc8-bluetooth 8 a7 0 io 0 26
crc8-cdma2000 8 9b ff - 0 da
crc8-darc 8 39 0 io 0 15
crc8-dvb-s2 8 d5 0 - 0 bc
crc8-gsm-a 8 1d 0 - 0 37
crc8-gsm-b 8 49 0 - ff 94
crc8-hitag 8 1d ff - 0 b4
crc8-i-432-1 8 07 0 - 55 a1
crc8-i-code 8 1d fd - 0 7e
crc8-lte 8 9b 0 - 0 ea
crc8-maxim-dow 8 31 0 io 0 a1
crc8-mifare-mad 8 1d c7 - 0 99
crc8-nrsc-5 8 31 ff - 0 f7
crc8-opensafety 8 2f 0 - 0 3e
crc8-rohc 8 07 ff io 0 d0
crc8-sae-j1850 8 1d ff - ff 4b
crc8-smbus 8 07 0 - 0 f4
crc8-tech-3250 8 1d ff io 0 97
crc8-wcdma 8 9b 0 io 0 25
crc10-atm 10 233 0 - 0 199
crc10-cdma2000 10 3d9 3ff - 0 233
crc10-gsm 10 175 0 - 3ff 12a
crc11-flexray 11 385 01a - 0 5a3
crc11-umts 11 307 0 - 0 061
crc12-cdma2000 12 f13 fff - 0 d4d
crc12-dect 12 80f 0 - 0 f5b
crc12-gsm 12 d31 0 - fff b34
crc12-umts 12 80f 0 o 0 daf
crc13-bbc 13 1cf5 0 - 0 04fa
crc14-darc 14 0805 0 io 0 082d
crc14-gsm 14 202d 0 - 3fff 30ae
crc15-can 15 4599 0 - 0 059e
crc15-mpt1327 15 6815 0 - 1 2566
crc16-arc 16 8005 0 io 0 bb3d
crc16-cdma2000 16 c867 ffff - 0 4c06
crc16-cms 16 8005 ffff - 0 aee7
crc16-dds-110 16 8005 800d - 0 9ecf
crc16-dect-r 16 0589 0 - 1 007e
crc16-dect-x 16 0589 0 - 0 007f
crc16-dnp 16 3d65 0 io ffff ea82
crc16-en-13757 16 3d65 0 - ffff c2b7
crc16-genibus 16 1021 ffff - ffff d64e
crc16-gsm 16 1021 0 - ffff ce3c
crc16-ibm-3740 16 1021 ffff - 0 29b1
crc16-ibm-sdlc 16 1021 ffff io ffff 906e
crc16-iso-iec-14443-3-a 16 1021 c6c6 io 0 bf05
crc16-kermit 16 1021 0 io 0 2189
crc16-lj1200 16 6f63 0 - 0 bdf4
crc16-m17 16 5935 ffff - 0 772b
crc16-maxim-dow 16 8005 0 io ffff 44c2
crc16-mcrf4xx 16 1021 ffff io 0 6f91
crc16-modbus 16 8005 ffff io 0 4b37
crc16-nrsc-5 16 080b ffff io 0 a066
crc16-opensafety-a 16 5935 0 - 0 5d38
crc16-opensafety-b 16 755b 0 - 0 20fe
crc16-profibus 16 1dcf ffff - ffff a819
crc16-riello 16 1021 b2aa io 0 63d0
crc16-spi-fujitsu 16 1021 1d0f - 0 e5cc
crc16-t10-dif 16 8bb7 0 - 0 d0db
crc16-teledisk 16 a097 0 - 0 0fb3
crc16-tms37157 16 1021 89ec io 0 26b1
crc16-umts 16 8005 0 - 0 fee8
crc16-usb 16 8005 ffff io ffff b4c8
crc16-xmodem 16 1021 0 - 0 31c3
crc17-can-fd 17 1685b 0 - 0 04f03
crc21-can-fd 21 102899 0 - 0 0ed841
crc24-ble 24 00065b 555555 io 0 c25a56
crc24-flexray-a 24 5d6dcb fedcba - 0 7979bd
crc24-flexray-b 24 5d6dcb abcdef - 0 1f23b8
crc24-interlaken 24 328b63 ffffff - ffffff b4f3e6
crc24-lte-a 24 864cfb 0 - 0 cde703
crc24-lte-b 24 800063 0 - 0 23ef52
crc24-openpgp 24 864cfb b704ce - 0 21cf02
crc24-os-9 24 800063 ffffff - ffffff 200fa5
crc30-cdma 30 2030b9c7 3fffffff - 3fffffff 04c34abf
crc31-philips 31 04c11db7 7fffffff - 7fffffff 0ce9e46c
crc32-aixm 32 814141ab 0 - 0 3010bf7f
crc32-autosar 32 f4acfb13 ffffffff io ffffffff 1697d06a
crc32-base91-d 32 a833982b ffffffff io ffffffff 87315576
crc32-bzip2 32 04c11db7 ffffffff - ffffffff fc891918
crc32-cd-rom-edc 32 8001801b 0 io 0 6ec2edc4
crc32-cksum 32 04c11db7 0 - ffffffff 765e7680
crc32-iscsi 32 1edc6f41 ffffffff io ffffffff e3069283
crc32-iso-hdlc 32 04c11db7 ffffffff io ffffffff cbf43926
crc32-jamcrc 32 04c11db7 ffffffff io 0 340bc6d9
crc32-mef 32 741b8cd7 ffffffff io 0 d2c22f51
crc32-mpeg-2 32 04c11db7 ffffffff - 0 0376e6e7
crc32-xfer 32 000000af 0 - 0 bd0be338
crc40-gsm 40 0004820009 0 - ffffffffff d4164fc646
crc64-ecma-182 64 42f0e1eba9ea3693 0 - 0 6c40df5f0b497347
crc64-go-iso 64 1b ffffffffffffffff io ffffffffffffffff b90956c775a41001
crc64-ms 64 259c84cba6426349 ffffffffffffffff io 0 75d4b74f024eceea
crc64-nvme 64 ad93d23594c93659 ffffffffffffffff io ffffffffffffffff ae8b14860a799888
crc64-redis 64 ad93d23594c935a9 0 io 0 e9c6d914c4b8d9ca
crc64-we 64 42f0e1eba9ea3693 ffffffffffffffff - ffffffffffffffff 62ec59e3f1a4f00a
crc64-xz 64 42f0e1eba9ea3693 ffffffffffffffff io ffffffffffffffff 995dc9bbdf1939fa
crc82-darc 82 0308c0111011401440411 0 io 0 09ea83f625023801fd612`;

const hex = (text: string): bigint => BigInt(`0x${text}`);

/** By name, each with its check value: the result for the ASCII digits 1 to 9. */
export const crcCatalogue: ReadonlyMap<string, CrcModel & { check: bigint }> = new Map(
  rows
    .trim()
    .split('\n')
    .map((row) => {
      const [name, width, poly, init, reflected, xorOut, check] = row.split(' ') as [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
      ];
      return [
        name,
        {
          width: Number(width),
          poly: hex(poly),
          init: hex(init),
          reflectIn: reflected.includes('i'),
          reflectOut: reflected.includes('o'),
          xorOut: hex(xorOut),
          check: hex(check),
        },
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
