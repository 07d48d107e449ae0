/** Files as other programs write them. */

/** An export of Packet Sender: `repeat` as a number and as text, a `fromport` of chance, macros, a blank at the end. */
export const packetsJson = `${JSON.stringify(
  [
    packet('WHOIS example', '77 68 6f 69 73 0d 0a', 'whois\\r\\n', { port: '43', toip: '192.0.2.30' }),
    packet('Macros', '7b 7b 54 49 4d 45 7d 7d 20 7b 7b 52 41 4e 44 4f 4d 7d 7d ', '{{TIME}} {{RANDOM}}', {
      ...{ fromport: '2417028088', port: '5000', repeat: '0.5', tcporudp: 'UDP', toip: '::1' },
    }),
    packet('Query', '91 8b 01 00 5c', '\\91\\8b\\01\\00\\\\', {
      ...{ port: '53', repeat: 1.5, tcporudp: 'UDP', toip: '192.0.2.53' },
    }),
    packet('Hello/日本', '48 45 4c 4f 0d 0a', 'HELO\\r\\n', {
      ...{ port: '465', tcporudp: 'SSL', toip: 'mail.example.com' },
    }),
    packet('Nothing', '', '', { port: '23', toip: 'example.com' }),
  ],
  null,
  4,
)}\n`;

function packet(name: string, hexstring: string, ascii: string, fields: Record<string, string | number>) {
  return {
    asciistring: btoa(ascii),
    ...{ errorstring: '', fromip: '', fromport: '8041183', hexstring, name, port: '', repeat: 0 },
    ...{ requestpath: '', sendresponse: '0', tcporudp: 'TCP', toip: '' },
    ...fields,
  };
}

/** The same packets in `packets.ini`, as QSettings writes them. */
export const packetsIni = String.raw`[NAMES]
1\name=WHOIS example
2\name=Macros
3\name=Query
4\name="Hello/\x65e5\x672c"
5\name=Nothing
size=5

[WHOIS%20example]
fromIP=You
fromPort=8041183
hexString=77 68 6f 69 73 0d 0a
name=WHOIS example
port=43
repeat=@Variant(\0\0\0\x87\0\0\0\0)
requestPath=
sendResponse=0
tcpOrUdp=TCP
timestamp="Sun, 15 Jan 2023 11:43:44"
toIP=192.0.2.30

[Macros]
fromPort=2417028088
hexString=7b 7b 54 49 4d 45 7d 7d 20 7b 7b 52 41 4e 44 4f 4d 7d 7d
name=Macros
port=5000
repeat=@Variant(\0\0\0\x87?\0\0\0)
tcpOrUdp=UDP
toIP=::1

[Query]
fromPort=8041183
hexString=91 8b 01 00 5c
name=Query
port=53
repeat=@Variant(\0\0\0\x87?\xc0\0\0)
tcpOrUdp=UDP
toIP=192.0.2.53

[Hello]
%U65E5%U672C\fromPort=8041183
%U65E5%U672C\hexString=48 45 4c 4f 0d 0a
%U65E5%U672C\name="Hello/\x65e5\x672c"
%U65E5%U672C\port=465
%U65E5%U672C\repeat=@Variant(\0\0\0\x87\0\0\0\0)
%U65E5%U672C\tcpOrUdp=SSL
%U65E5%U672C\toIP=mail.example.com

[Nothing]
fromPort=8041183
hexString=
name=Nothing
port=23
repeat=0
tcpOrUdp=TCP
toIP=example.com
`;

/** `ps_settings.ini`: servers, smart replies, and what concerns its window alone. */
export const packetSettings = String.raw`[General]
dateFormat=yyyy-MM-dd
darkModeCheck=true
ipMode=4
tcpPort="5000,5001"
tcpServerEnable=true
udpPort=0
udpServerEnable=false
sslPort=5443
sslServerEnable=true
dtlsServerEnable=false
smartResponseEnableCheck=true
responseEncodingBox1=Mixed ASCII
responseIfEdit1=ping\\r
responseReplyEdit1="pong {{DATE}}\\0d"
responseEnableCheck1=true
responseEncodingBox2=HEX
responseIfEdit2=01 02
responseReplyEdit2=06
responseEnableCheck2=false
sendReponse=true
responseHex=3f 24
`;

export const commandLines = String.raw`# as they were tried
$ curl -sk 'https://user:p%40ss@example.com:8443/a?b=1' -H 'X: y' -d a=1 \
  --data-urlencode 'b=2 3'
printf 'GET / HTTP/1.0\r\n\r\n' | nc -w 3 example.com 80 | head -1
echo -n hi | ncat --ssl-verify -C ::1 443
ncat -lk 9000 -e /bin/cat
nc -lu -p 5000; ncat -U /tmp/x.sock
socat TCP4-LISTEN:9001,fork,reuseaddr EXEC:cat
socat - OPENSSL:example.com:443,verify=0,snihost=example.org
socat STDIO PROXY:proxy.example.com:example.com:443,proxyport=3128
openssl s_client -connect '[2001:db8::1]:443' -servername example.org -alpn h2,http/1.1 -quiet
openssl s_server -accept 4433 -Verify 1 2>/dev/null
`;

export const herculesText = 'AT$0D$0A\nprice $10\r\n$FF$00\n';
export const sokitText = 'hello[0D 0A]\n[[not bytes[00]\n';
