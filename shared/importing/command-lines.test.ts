import { describe, expect, it } from 'vitest';
import { utf8 } from '../testing/bytes.ts';
import { fastest } from '../testing/fastest.ts';
import { commandLines } from '../testing/foreign-files.ts';
import type { Refusal } from './brought.ts';
import { readImport } from './importers.ts';

const read = (text: string) => readImport(utf8(text), { as: 'commands' });
const sent = (text: string) => read(text).messages.map(({ written }) => written.text);
const refused = (text: string) => read(text).refused.map(({ code, what }) => `${code} ${what}`.trim());
const endpoints = (text: string) =>
  read(text).endpoints.map(({ role, transport, host, port }) => `${role} ${transport} ${host} ${port}`);

describe('command lines', () => {
  it('become messages and endpoints', () => {
    const brought = readImport(utf8(commandLines));
    expect(brought).toMatchObject({ format: 'commands', refused: [] });
    expect(brought.messages.map(({ name, written }) => [name, written.text])).toEqual([
      [
        'POST example.com:8443/a?b=1',
        'POST /a?b=1 HTTP/1.1\\r\\nHost: example.com:8443\\r\\nAuthorization: Basic dXNlcjpwQHNz\\r\\n' +
          'Accept: */*\\r\\nContent-Type: application/x-www-form-urlencoded\\r\\nX: y\\r\\nContent-Length: 9\\r\\n\\r\\na=1&b=2+3',
      ],
      ['nc example.com:80', 'GET / HTTP/1.0\\r\\n\\r\\n'],
      ['ncat ::1:443', 'hi'],
    ]);
    expect(endpoints(commandLines)).toEqual([
      'client tls example.com 8443',
      'client tcp example.com 80',
      'client tls ::1 443',
      'listener tcp  9000',
      'listener udp  5000',
      'client unix 127.0.0.1 9000',
      'listener tcp 0.0.0.0 9001',
      'client tls example.com 443',
      'client tcp example.com 443',
      'client tls 2001:db8::1 443',
      'listener tls  4433',
    ]);
    const [curl, nc, ncat, echo, , unix, socat, unchecked, proxied, openssl, server] = brought.endpoints;
    expect(curl).toMatchObject({ tls: { verify: false } });
    expect(nc).toMatchObject({ connectTimeoutMs: 3000 });
    expect(ncat).toMatchObject({ tls: { verify: true } });
    expect([echo, socat].map((each) => each!.role === 'listener' && each!.reply.kind)).toEqual([
      'echo',
      'echo',
    ]);
    expect(unix!.path).toBe('/tmp/x.sock');
    expect(unchecked).toMatchObject({ tls: { verify: false, servername: 'example.org' } });
    expect(proxied).toMatchObject({ proxy: { kind: 'http', host: 'proxy.example.com', port: 3128 } });
    expect(openssl).toMatchObject({
      tls: { verify: false, servername: 'example.org', alpn: ['h2', 'http/1.1'] },
    });
    expect(server).toMatchObject({ tls: { clientCertificates: 'require' } });
  });

  it.each([
    ['curl http://a/$X', 'shell-expansion $X'],
    ['curl "http://a/${X:-y}"', 'shell-expansion ${X:-y}'],
    ['curl http://a/$(id)', 'shell-expansion $(id)'],
    ['curl `id`', 'shell-expansion `id`'],
    ["curl 'http://a", "shell-quote '"],
    ['(curl http://a)', 'shell-operator ('],
    ['nc a 1 < file', 'shell-redirection < file'],
    ['A=1 nc a 1', 'shell-variable A=1'],
    ['wget http://a', 'program-unknown wget'],
    ['cat x | nc a 1', 'program-input cat'],
    ['printf %d 1 | nc a 1', 'program-input printf'],
    ['nc -e /bin/sh a 1', 'program-runs -e /bin/sh'],
    ['socat TCP-LISTEN:1 TCP:a:2', 'program-between socat'],
    ['socat - TCP:a:1,nodelay', 'option-elsewhere nodelay'],
    ['socat OPEN:x TCP:a:1', 'option-file OPEN:x'],
    ['curl --no-such http://a', 'option-unknown --no-such'],
    ['nc -w x a 1', 'option-value -w x'],
    ['nc -w', 'option-incomplete -w'],
    ['curl -d @x http://a', 'option-file -d @x'],
    ['curl -L http://a', 'option-elsewhere -L'],
    ['curl -F a=b http://a', 'option-elsewhere -F a=b'],
    ['curl ftp://a', 'url-scheme ftp'],
    ['curl "http://a/b c"', 'url-form http://a/b c'],
    ['curl http://a/[1-3]', 'url-form http://a/[1-3]'],
    ['curl -v', 'target-missing curl'],
    ['nc a 1 2', 'operand-extra 2'],
    ['nc a 99999', 'target-missing nc'],
    ['openssl x509', 'program-unknown openssl x509'],
    ['nc "a b" 1', 'settings nc host'],
  ])('%s: %s', (text, code) => {
    expect(refused(text)).toContain(code);
  });

  it('words are those of a shell', () => {
    const printed = (words: string) => sent(`printf ${words} | nc a 1`)[0];
    expect(printed(`'a\\tb' `)).toBe('a\\tb');
    expect(printed(`"a\\\\nb"`)).toBe('a\\nb');
    expect(printed(`a\\ b'c'"d"#e`)).toBe('a b' + 'cd#e');
    expect(printed(`$'\\x41\\101\\n\\u00e9\\cA'`)).toBe('41 41 0A C3 A9 01');
    expect(printed(`'%s-%b%%' 'x\\n' 'y\\n'`)).toBe('x\\\\n-y\\n%');
    expect(printed(`'\\xe6\\xb8\\xa9'`)).toBe('温');
    expect(printed(`'\\xff'`)).toBe('FF');
    expect(printed(`a\\\n b`)).toBeUndefined();
    expect(sent('echo "$ 5" | nc a 1')).toEqual(['$ 5\\n']);
    expect(sent('echo -e "a\\nb" | nc a 1')).toEqual(['a\\nb\\n']);
    expect(sent('echo a # | nc b 2\n')).toEqual([]);
    expect(sent('echo {{uuid}} | nc a 1')).toEqual(['\\{{uuid}}\\n']);
  });

  it('curl asks as curl does', () => {
    expect(sent('curl -I example.com')[0]).toBe(
      'HEAD / HTTP/1.1\\r\\nHost: example.com\\r\\nAccept: */*\\r\\n\\r\\n',
    );
    expect(sent("curl -G -d a=1 --data-urlencode 'b=c d' 'http://a/?x'")[0]).toContain(
      'GET /?x&a=1&b=c+d HTTP/1.1',
    );
    expect(sent("curl --json '{}' http://a")[0]).toMatch(
      /^POST .*Accept: application\/json.*Content-Length: 2.*\{\}$/,
    );
    expect(sent("curl -XPUT -H 'Accept:' -H 'A;' -b x=1 -A me http://a")[0]).toBe(
      'PUT / HTTP/1.1\\r\\nHost: a\\r\\nUser-Agent: me\\r\\nCookie: x=1\\r\\nA:\\r\\n\\r\\n',
    );
    expect(sent('curl http://a/1 --next -d x http://b/2').map((text) => text.split(' HTTP')[0])).toEqual([
      'GET /1',
      'POST /2',
    ]);
    expect(refused("curl -H 'A: b\nX: y' http://a")).toEqual(['url-form http://a']);
  });

  it('curl connects where it is told to', () => {
    expect(read('curl --resolve example.com:443:192.0.2.1 https://example.com').endpoints).toMatchObject([
      { host: '192.0.2.1', port: 443, tls: { servername: 'example.com', verify: true } },
    ]);
    expect(read('curl --unix-socket /run/a.sock http://x/').endpoints).toMatchObject([
      { transport: 'unix', path: '/run/a.sock' },
    ]);
    expect(read('curl -x socks5h://u:p@proxy:1081 --tlsv1.3 https://a').endpoints).toMatchObject([
      {
        proxy: { kind: 'socks5', host: 'proxy', port: 1081, username: 'u', password: 'p' },
        tls: { minVersion: 'TLSv1.3' },
      },
    ]);
    expect(endpoints('curl telnet://a:2323')).toEqual(['client tcp a 2323']);
  });

  it('what is sent to whoever connects greets', () => {
    expect(read("printf 'hi\\n' | ncat -lC 9000").endpoints).toMatchObject([
      { role: 'listener', reply: { greeting: { mode: 'text', text: 'hi\\r\\n' } } },
    ]);
  });
});

describe('hostile command lines', () => {
  const most = 8 * 1024 * 1024;
  const filled = (head: string, unit: string, tail: string, length: number): string =>
    head + unit.repeat(Math.floor((length - head.length - tail.length) / unit.length)) + tail;
  const urls = 'http://a/ '.repeat(100);
  it.each([
    ['data', "curl -d '", 'x', "' http://a/"],
    ['data to be encoded', "curl --data-urlencode '", '&', "' http://a/"],
    ['a URL', 'curl http://', '@', 'a/'],
    ['data for many URLs', "curl -d '", 'x', `' ${urls}`],
    ['a query for many URLs that none can have', "curl -G -d '", '\u0001', `' ${urls}`],
    ['places for many URLs', 'curl --connect-to ::', 'x,', ` ${urls}`],
    ['what printf writes', "printf '", '%%', "' | nc a 1"],
    ['values of printf', "printf '%s' ", 'a ', '| nc a 1'],
    ['quotes behind many words', `nc ${'a '.repeat(6000)}`, `"a\\"'b"`, "' 1"],
    ['escapes', "curl -d $'", '\\x41', "' http://a/"],
  ])('of 8 MiB, with %s, are read or refused within a second', (_, head, unit, tail) => {
    const line = filled(head, unit, tail, 990_000);
    for (const text of [filled(head, unit, tail, most), `${line}\n`.repeat(Math.floor(most / line.length))]) {
      const file = utf8(text).subarray(0, most);
      let refused: Refusal[] = [];
      expect(fastest(1000, () => ({ refused } = readImport(file, { as: 'commands' })))).toBeLessThan(1000);
      for (const { code } of refused)
        expect([
          'command-too-long',
          'message-too-long',
          'too-many',
          'too-many-bytes',
          'url-form',
          'program-input',
        ]).toContain(code);
    }
  });

  it('of more words than any has is refused, and what follows it is read', () => {
    const text = `nc a 1\nnc ${'a '.repeat(6000)}"x\\"\ny" 'z\n"'\nnc b 2\n`;
    const { endpoints, refused } = readImport(utf8(text), { as: 'commands' });
    expect(endpoints).toHaveLength(2);
    expect(refused).toMatchObject([{ code: 'too-many', line: 2, column: 1 }]);
  });

  it('is refused with its place where it is longer than any system takes', () => {
    const text = `nc a 1\n${filled("curl -d '", 'x', "' http://a/", 1_000_001)}\nnc b 2\n`;
    const { endpoints, refused } = readImport(utf8(text), { as: 'commands' });
    expect(endpoints).toHaveLength(2);
    expect(refused).toMatchObject([{ code: 'command-too-long', line: 2, column: 1 }]);
  });
});
