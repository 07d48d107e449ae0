/** The ready-made framings, on examples of their specifications. */
import { describe, expect, test } from 'vitest';
import { FrameBytes } from '../frame-bytes.ts';
import { framingOf, hex, latin1, said } from '../testing/cutting.ts';

const pairs = (text: string): string => latin1(hex(text));

describe('Modbus TCP', () => {
  const request = '0001 0000 0006 11 03006b0003';
  const answer = '0001 0000 0009 11 0306ae415652 4340';

  test('frames are MBAP and PDU', () => {
    expect(said('modbus-tcp', pairs(`${request}${answer}`))).toEqual([
      pairs('03006b0003'),
      pairs('0306ae4156524340'),
    ]);
  });

  test('of another protocol, or of a length that cannot be, are marked', () => {
    expect(said('modbus-tcp', pairs('0001 0001 0002 1103'))).toEqual([
      `bad-head: ${pairs('0001000100021103')}`,
    ]);
    expect(said('modbus-tcp', pairs(`0001 0000 ffff ${request} 00`))).toEqual([
      `bad-length: ${pairs('00010000ffff')}`,
      pairs('03006b0003'),
      'incomplete: \0',
    ]);
  });
});

describe('Modbus RTU', () => {
  /** Reading two registers, and its answer (CRC low byte first). */
  const request = '01 03 0000 0002 c40b';
  const answer = '01 03 04 0006 0005 da31';
  const exception = '01 83 02 c0f1';

  test('frames end where function and CRC say, with pauses or without', () => {
    expect(said('modbus-rtu', pairs(`${request}${answer}${exception}`))).toEqual([
      pairs('0300000002'),
      pairs('030400060005'),
      pairs('8302'),
    ]);
  });

  test('with a wrong CRC are marked, and the next one is found', () => {
    const wrongException = '01 83 02 c0f2';
    expect(said('modbus-rtu', pairs(`${wrongException}${request}01`))).toEqual([
      `bad-crc: ${pairs('8302')}`,
      pairs('0300000002'),
      'incomplete: \x01',
    ]);
  });

  test('that nobody knows end by their CRC, or by a pause', () => {
    const told: string[] = [];
    const cutter = new FrameBytes(framingOf('modbus-rtu:gap=20ms'), ({ bytes, mark }) =>
      told.push(`${mark} ${latin1(bytes)}`),
    );
    cutter.push(hex('01 41 07'), 0);
    cutter.elapse(20);
    cutter.push(hex(request), 100);
    expect(told).toEqual([`bad-crc ${pairs('014107')}`, `null ${pairs(request)}`]);
  });
});

describe('MQTT', () => {
  test('packets have their remaining length in one to four bytes', () => {
    const connect = '10 0c 0004 4d515454 04 02 003c 0000';
    const publish = `30 8101 ${'61'.repeat(129)}`;
    expect(said('mqtt', pairs(`${connect}c000${publish}`))).toEqual([
      pairs('00044d5154540402003c0000'),
      '',
      'a'.repeat(129),
    ]);
  });

  test('of a reserved type, or with a length of five bytes, are marked', () => {
    expect(said('mqtt', pairs('0001ff 30ffffffff 00'))).toEqual([
      `bad-head: ${pairs('0001ff')}`,
      `bad-length: ${pairs('30ffffffff')}`,
      'incomplete: \0',
    ]);
  });
});

describe('HTTP/1', () => {
  test('requests that were sent together come apart', () => {
    const stream =
      'GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST /x HTTP/1.1\r\ncontent-length: 3\r\n\r\nabcGET /y HTTP/1.0\n\n';
    expect(said('http', stream)).toEqual(['', 'abc', '']);
  });

  test('bodies in chunks come out of them, with trailers behind them', () => {
    const stream =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n6;a=b\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nX: y\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n';
    expect(said('http', stream)).toEqual(['Wikipedia in \r\n\r\nchunks.', '']);
  });

  test('an answer without a length ends with its connection', () => {
    expect(said('http', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nall of\r\n\r\nit')).toEqual([
      '',
      'all of\r\n\r\nit',
    ]);
  });

  test('what is none is told line by line, and what contradicts itself is marked', () => {
    expect(said('http', 'rubbish\r\nGET / HTTP/1.1\r\n\r\nGET')).toEqual([
      'bad-head: rubbish\r\n',
      '',
      'incomplete: GET',
    ]);
    const smuggled = 'POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(said('http', smuggled)).toEqual([`bad-length: ${smuggled}`]);
    const wrong = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n';
    expect(said('http', wrong)).toEqual([`bad-length: ${wrong}`]);
  });

  test('targets and headers may be longer than what is kept of a line', () => {
    const stream = `GET /${'x'.repeat(5000)} HTTP/1.1\r\nCookie: ${'y'.repeat(9000)}\r\n\r\n`;
    expect(said('http', stream)).toEqual(['']);
  });
});

describe('RESP', () => {
  test('commands and answers of RESP2 are whole values', () => {
    expect(
      said('resp', '*2\r\n$3\r\nGET\r\n$1\r\nk\r\n+OK\r\n-ERR no\r\n:7\r\n$-1\r\n$0\r\n\r\n*-1\r\n*0\r\n'),
    ).toEqual(['$3\r\nGET\r\n$1\r\nk\r\n', 'OK', 'ERR no', '7', '', '', '', '']);
  });

  test('strings hold any bytes, and lists hold lists', () => {
    expect(said('resp', '$4\r\n\r\n+x\r\n*2\r\n*2\r\n:1\r\n:2\r\n*1\r\n+a\r\nPING\r\n')).toEqual([
      '\r\n+x',
      '*2\r\n:1\r\n:2\r\n*1\r\n+a\r\n',
      'PING',
    ]);
  });

  test('maps, attributes, pushes and verbatim strings of RESP3 are counted', () => {
    const map = '%2\r\n+a\r\n:1\r\n+b\r\n#t\r\n';
    const attributed = '|1\r\n+ttl\r\n:9\r\n*1\r\n,1.5\r\n';
    const stream = `${map}${attributed}>2\r\n+message\r\n=8\r\ntxt:some\r\n_\r\n(1234567\r\n~1\r\n:1\r\n`;
    expect(said('resp', stream)).toHaveLength(6);
    expect(said('resp', stream)[1]).toBe('+ttl\r\n:9\r\n*1\r\n,1.5\r\n');
  });

  test('lengths that cannot be, and strings that end elsewhere, are marked', () => {
    expect(said('resp', '$x\r\n$3\r\nabcd\r\n+OK\r\n')[0]).toBe('bad-length: $x\r\n');
    expect(said('resp', '$3\r\nabcd\r\n+OK\r\n').at(-1)).toBe('OK');
    expect(said('resp', '*1\r\n?\r\n')).toEqual(['bad-head: *1\r\n?\r\n']);
    expect(said('resp', '$9999999999999\r\n')).toEqual(['bad-length: $9999999999999\r\n']);
  });
});

describe('NMEA 0183', () => {
  const sentence = '$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n';

  test('sentences are checked by their sum, if they have one', () => {
    expect(said('nmea', `${sentence}!AIVDM,1,1,,A,x,0\r\n`)).toEqual([
      'GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,',
      'AIVDM,1,1,,A,x,0',
    ]);
    expect(said('nmea', sentence.replace('*47', '*48'))).toEqual([
      'bad-checksum: GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,',
    ]);
    expect(said('nmea', sentence.replace('*47', '*4'))[0]).toMatch(/^bad-checksum/);
  });

  test('may have a tag block; what is cut off ends where the next begins', () => {
    expect(said('nmea', '\\s:a,c:1*5F\\$GPX,1\r\n')).toEqual(['GPX,1']);
    expect(said('nmea', `xx$GP,cut${sentence}$GP`)).toEqual([
      'bad-head: xx',
      'unfinished: $GP,cut',
      sentence.slice(1, -5),
      'no-end: $GP',
    ]);
  });
});

describe('AT', () => {
  test('commands, echoes and answers come apart, and the prompt is one', () => {
    expect(said('at', 'AT+CSQ\r\r\n+CSQ: 20,0\r\n\r\nOK\r\n\r\n> text\r\n')).toEqual([
      'AT+CSQ',
      '+CSQ: 20,0',
      'OK',
      '>',
      'text',
    ]);
  });

  test('a command is over when nothing comes behind its CR', () => {
    const told: string[] = [];
    const cutter = new FrameBytes(framingOf('at'), ({ bytes }) => told.push(latin1(bytes)));
    cutter.push(hex('41540d'), 0);
    cutter.elapse(49);
    expect(told).toEqual([]);
    cutter.elapse(50);
    expect(told).toEqual(['AT\r']);
    cutter.push(hex('4154'), 60);
    cutter.elapse(1000);
    expect([told.length, cutter.due]).toEqual([1, Infinity]);
  });
});
