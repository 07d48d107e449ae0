/** The answer that a server of kind 'http' gives: what is configured, and a Content-Length that is right. */
import type { HttpAnswer } from '../settings/settings.ts';
import type { FillContext } from './context.ts';
import { compile, parse, writtenBytes } from './payload.ts';

/** IANA's registry of status codes (RFC 9110 15 and what followed it). */
const reasons: Record<number, string> = {
  100: 'Continue',
  101: 'Switching Protocols',
  102: 'Processing',
  103: 'Early Hints',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  203: 'Non-Authoritative Information',
  204: 'No Content',
  205: 'Reset Content',
  206: 'Partial Content',
  207: 'Multi-Status',
  208: 'Already Reported',
  226: 'IM Used',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  305: 'Use Proxy',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  417: 'Expectation Failed',
  418: "I'm a teapot",
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  423: 'Locked',
  424: 'Failed Dependency',
  425: 'Too Early',
  426: 'Upgrade Required',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  451: 'Unavailable For Legal Reasons',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
  506: 'Variant Also Negotiates',
  507: 'Insufficient Storage',
  508: 'Loop Detected',
  510: 'Not Extended',
  511: 'Network Authentication Required',
};

/** '' where the registry has none: the phrase may be empty (RFC 9112 4). */
export const reasonPhrase = (status: number): string => reasons[status] ?? '';

/**
 * What answers a request of `method`: the same bytes each time, unless the body is made anew in what is `around`. As
 * `httpAnswer` for one.
 */
export function httpAnswers(
  answer: HttpAnswer,
): (method: string, around: () => Partial<FillContext>) => Uint8Array {
  const body = compile(parse(answer.body));
  if (!body.isFixed) return (method, around) => answerWith(answer, body.fill(around()), method);
  const [full, toHead] = ['GET', 'HEAD'].map((method) => answerWith(answer, body.fill(), method)) as [
    Uint8Array,
    Uint8Array,
  ];
  return (method) => (method === 'HEAD' ? toHead : full);
}

/**
 * The exact bytes of the answer to a request of `method`, for settings that were checked. Headers go out in the order
 * and writing of the person, whose own Content-Length is replaced. 1xx, 204 and 304 have no body (RFC 9110 6.4.1),
 * 1xx and 204 no Content-Length either (8.6); HEAD gets the Content-Length of the body that is left out (9.3.2).
 */
export const httpAnswer = (answer: HttpAnswer, method = 'GET'): Uint8Array<ArrayBuffer> =>
  answerWith(answer, writtenBytes(answer.body), method);

function answerWith(answer: HttpAnswer, body: Uint8Array, method: string): Uint8Array<ArrayBuffer> {
  const { status } = answer;
  const lines = headerLines(answer.headers).filter((line) => nameOf(line) !== 'content-length');
  const hasNoBody = status < 200 || status === 204 || status === 304;
  // What is sent in chunks, written by hand, must not have a length too (RFC 9112 6.2).
  const isCounted = !hasNoBody && !lines.some((line) => nameOf(line) === 'transfer-encoding');
  if (isCounted) lines.push(`Content-Length: ${body.length}`);
  const head = [`HTTP/1.1 ${status} ${reasonPhrase(status)}`, ...lines, '', ''].join('\r\n');
  return joined(head, hasNoBody || method === 'HEAD' ? new Uint8Array() : body);
}

/** Whether the person's headers say `Connection: close`. */
export const closesAfterAnswer = ({ headers }: HttpAnswer): boolean =>
  headerLines(headers).some((line) => nameOf(line) === 'connection' && /:.*\bclose\b/i.test(line));

const headerLines = (headers: string): string[] => headers.split('\n').filter((line) => line.trim() !== '');
const nameOf = (line: string): string => line.slice(0, line.indexOf(':')).toLowerCase();

/** Header values may hold bytes from 80 to FF, which are written as the characters of ISO 8859-1 (RFC 9110 5.5). */
function joined(head: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(head.length + body.length);
  for (let at = 0; at < head.length; at++) out[at] = head.charCodeAt(at);
  out.set(body, head.length);
  return out;
}
