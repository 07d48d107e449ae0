/** JSON, XML and PEM as they are written. */
import type { Sample } from './sample.ts';

const json = (text: string, ...has: Sample['has']): Sample => ({ from: 'RFC 8259', text, has });

export const jsonSamples: readonly Sample[] = [
  json(
    '{"Image": {"Width": 800, "Title": "View", "Thumbnail": {"Url": "http://x/1"}, "IDs": [116, 943]}}',
    ['Width', 800],
    ['Url', 'http://x/1'],
    [1, 943],
  ),
  json('[{"precision": "zip", "Latitude": 37.7668, "City": "SAN FRANCISCO"}]', ['Latitude', 37.7668]),
  json('{}', [0, '{0}']),
  json('[]', [0, '[0]']),
  json('  {"a" : 1 , "b" : [ ] }  ', ['a', 1], ['b', '[0]']),
  json('"Hello world!"', [0, 'Hello world!']),
  json('42', [0, 42]),
  json('true', [0, true]),
  json('null', [0, null]),
  json('-0.5e-7', [0, -0.5e-7]),
  json('123456789012345678901234567890', [0, '123456789012345678901234567890']),
  json('["\\u00fc\\n\\"\\ud83d\\ude00"]', [0, 'ü\n"\u{1f600}']),
  json('["漢字 ü"]', [0, '漢字 ü']),
  json('{"漢": true}', ['漢', true]),
  json('\ufeff{"a": 1}', ['a', 1]),
  json('{"t":1}\n{"t":2}\n{"t":3}\n', ['t', 3], [2, '{1}']),
  json('1 2 3', [1, 2]),
  json('[[[[1]]]]', [0, 1]),
  json('{"a":1,"a":2}', ['a', 1], ['a', 2]),
  json('{"": ""}', ['', '']),
  json('[1.0, 1E2, 0]', [0, 1], [1, 100]),
];

const xml = (text: string, ...has: Sample['has']): Sample => ({ from: 'XML 1.0', text, has });

export const xmlSamples: readonly Sample[] = [
  xml(
    '<?xml version="1.0"?>\n<greeting>Hello, world!</greeting>',
    ['greeting', 'Hello, world!'],
    ['instruction', 'xml version="1.0"'],
  ),
  xml('<!DOCTYPE greeting SYSTEM "hello.dtd">\n<greeting/>', [
    'declaration',
    'DOCTYPE greeting SYSTEM "hello.dtd"',
  ]),
  xml('<a x="1" y=\'two\'/>', ['@x', '1'], ['@y', 'two']),
  xml('<a><b>1</b><b>2</b></a>', ['b', '1'], ['b', '2']),
  xml('<a>1 &lt; 2 &amp;&#65;&#x42;</a>', ['a', '1 < 2 &AB']),
  xml('<a><!-- no <b> here --></a>', ['comment', 'no <b> here']),
  xml('<a><![CDATA[<b>&]]></a>', ['CDATA', '<b>&']),
  xml('<a\n  x = "1"\n></a >', ['@x', '1']),
  xml('<s:Envelope xmlns:s="u"><s:Body/></s:Envelope>', ['@xmlns:s', 'u'], ['s:Body', undefined]),
  xml('<漢 字="ü">é</漢>', ['漢', 'é'], ['@字', 'ü']),
  xml('<a>  </a>', ['a', undefined]),
  xml('<a>mixed <b>bold</b> text</a>', ['text', 'mixed'], ['b', 'bold'], ['text', 'text']),
  xml('<a x=">"/>', ['@x', '>']),
  xml('<a x=""/>', ['@x', '']),
  xml('<r><?php echo 1 ?></r>', ['instruction', 'php echo 1']),
  xml(
    '<rss version="2.0"><channel><title>News</title></channel></rss>',
    ['@version', '2.0'],
    ['title', 'News'],
  ),
  xml('<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>', ['@d', 'M0 0']),
  xml('<a>&unknown;</a>', ['a', '&unknown;']),
  xml('<stream:stream to="example.com" xmlns="jabber:client"><message>hi</message></stream:stream>', [
    'message',
    'hi',
  ]),
  xml('<a>\r\n<b/>\r\n</a>\r\n', ['b', undefined]),
];

const certificate = `-----BEGIN CERTIFICATE-----
MIIB7TCCAZKgAwIBAgIUDRWMg1/7HRxWsXBQ/gvBocK3v54wCgYIKoZIzj0EAwIw
OjELMAkGA1UEBhMCREUxEDAOBgNVBAoMB0V4YW1wbGUxGTAXBgNVBAMMEHBsYy5l
eGFtcGxlLnRlc3QwHhcNMjYxMTMwMDEyNzEyWhcNMjYxMjMwMDEyNzEyWjA6MQsw
CQYDVQQGEwJERTEQMA4GA1UECgwHRXhhbXBsZTEZMBcGA1UEAwwQcGxjLmV4YW1w
bGUudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPug7Ga+MTKCCguqEOzt
O8HCWiR8gW3n9axV3RSiTlRLhIAEbHRUWFjEiPVW4IjTfWY4qdcn3C6c2OFaMnjI
4YmjdjB0MB0GA1UdDgQWBBQxo5Z7WviGO+habuI5fG89YIzJ0DAfBgNVHSMEGDAW
gBQxo5Z7WviGO+habuI5fG89YIzJ0DAPBgNVHRMBAf8EBTADAQH/MCEGA1UdEQQa
MBiCEHBsYy5leGFtcGxlLnRlc3SHBMAAAgcwCgYIKoZIzj0EAwIDSQAwRgIhANzV
lCK2vghfMMomhwcclwNn3l/v2hCNid3WCAaqPQFnAiEAkRDeLAdPgEFeh28MC8Yk
SuacD0QKmV3z+htNf9txamc=
-----END CERTIFICATE-----
`;

export const pemSamples: readonly Sample[] = [
  {
    from: 'openssl',
    text: certificate,
    has: [
      ['UTF8String', 'plc.example.test'],
      ['PrintableString', 'DE'],
    ],
  },
  {
    from: 'openssl -text',
    text: `Certificate of a test:\n${certificate}`,
    has: [['UTF8String', 'plc.example.test']],
  },
  { from: 'a chain', text: certificate + certificate, has: [['OID', 'prime256v1']] },
  {
    from: 'RFC 7468, 10, with CR LF',
    text: '-----BEGIN PUBLIC KEY-----\r\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\r\n-----END PUBLIC KEY-----\r\n',
    has: [['OID', 'Ed25519']],
  },
];
