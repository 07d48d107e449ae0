/** Packets as the library mqtt-packet writes them, and what it was told to write. */
import type { Sample } from './sample.ts';

export const mqttSamples: readonly Sample[] = [
  {
    from: 'mqtt-packet 9.0.2',
    hex: '101100044d5154540402003c0005706c632d37',
    has: [
      ['protocol', 'MQTT'],
      ['version', 4],
      ['client', 'plc-7'],
      ['keep alive', 60],
      ['flags', 'clean'],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '101100064d51497364700302000a00036f6c64',
    has: [
      ['protocol', 'MQIsdp'],
      ['version', 3],
      ['client', 'old'],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '102900044d51545404ec001e0001750004676f6e65000362796500066d617474656f0007636f6c6c696e61',
    has: [
      ['user', 'matteo'],
      ['password', 'collina'],
      ['will topic', 'gone'],
      ['will payload', 'bye'],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '103600044d5154540502003c2511000004d22101b02201c8260004746573740003796573150005736372616d160003010203000466697665',
    has: [
      ['session expiry', 1234],
      ['receive maximum', 432],
      ['user property', 'test=yes'],
      ['authentication method', 'scram'],
      ['client', 'five'],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '20020100',
    has: [
      ['session present', true],
      ['return code', 0],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '20020005',
    has: [['return code', 5]],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '20160000131200066175746f2d3127000000641300142500',
    has: [
      ['assigned client', 'auto-1'],
      ['maximum packet', 100],
      ['keep alive', 20],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '3012000c706c616e742f372f74656d7032312e35',
    has: [
      ['topic', 'plant/7/temp'],
      ['payload', '21.5'],
      ['flags', 'QoS 0'],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '3319000161000a7b2274223a32312e352c226f6b223a747275657d',
    has: [
      ['topic', 'a'],
      ['packet id', 10],
      ['t', 21.5],
      ['ok', true],
      ['flags', 'QoS 1 retain'],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '3c0f0008746573742fe58f8cffffff0001',
    has: [
      ['topic', 'test/双'],
      ['packet id', 65535],
      ['payload', 'FF 00 01'],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '322800046669766500031e03000a746578742f706c61696e020000003c0800046261636b090002090878',
    has: [
      ['content type', 'text/plain'],
      ['message expiry', 60],
      ['response topic', 'back'],
      ['payload', 'x'],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '4002002a',
    has: [['packet id', 42]],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '50020002',
    has: [['packet id', 2]],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '62020003',
    has: [['packet id', 3]],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '70020004',
    has: [['packet id', 4]],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '400d002a10091f00066e6f626f6479',
    has: [
      ['packet id', 42],
      ['reason code', 16],
      ['reason', 'nobody'],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '820e00060003612f230100032b2f6200',
    has: [
      ['packet id', 6],
      ['filter', 'a/#'],
      ['filter', '+/b'],
      ['options', 'QoS 1'],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '820a0007030b91010001781e',
    has: [
      ['packet id', 7],
      ['subscription id', 145],
      ['filter', 'x'],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '9006000600010280',
    has: [
      ['packet id', 6],
      ['code', 128],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: '900a0006051f00026f6b0001',
    has: [
      ['reason', 'ok'],
      ['code', 1],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: 'a20e00080003612f2300057465737473',
    has: [
      ['packet id', 8],
      ['filter', 'tests'],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: 'b0020008',
    has: [['packet id', 8]],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: 'c000',
    has: [['length', 0]],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: 'd000',
    has: [['length', 0]],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: 'e000',
    has: [['length', 0]],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: 'e00704051100000091',
    has: [
      ['reason code', 4],
      ['session expiry', 145],
    ],
  },
  {
    from: 'mqtt-packet 9.0.2',
    hex: 'f00b18091500016d1600020001',
    has: [
      ['reason code', 24],
      ['authentication method', 'm'],
    ],
  },
];
