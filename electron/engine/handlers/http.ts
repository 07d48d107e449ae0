/** The kind 'http': every request gets the same answer. */
import { failed } from '../../../shared/failure.ts';
import type { Place } from '../capture/recorder.ts';
import { HttpRequests, type BadRequest } from './http-requests.ts';
import type { Handler } from '../net/handler.ts';
import type { HttpAnswers } from './prepared.ts';
import type { ReplyWriter } from './reply-writer.ts';

const badRequest = Buffer.from(
  'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  'latin1',
);
const goOn = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');

/** Of a stream: requests are answered in their order, when their bodies are complete; HTTP/1.0 is closed after it. */
export function httpStream(writer: ReplyWriter, answers: HttpAnswers): Handler {
  const close = (): void => {
    requests.stop();
    writer.port.end('close');
  };
  const requests = new HttpRequests({
    head: ({ expectsContinue }) => expectsContinue && writer.reply(goOn),
    request: (request) => {
      writer.reply(answers.to(request.method, () => writer.around(null)));
      if (request.closes || answers.closes) close();
    },
    bad: (name) => {
      refuse(writer, name);
      close();
    },
  });
  return {
    opened: () => undefined,
    received: (bytes) => {
      writer.begin();
      requests.push(bytes);
    },
    finished: (answered) => {
      writer.begin();
      requests.finish();
      answered();
    },
    closed: () => undefined,
  };
}

/** A datagram is one request by itself, of which the head must be there. */
export const httpDatagram = (writer: ReplyWriter, answers: HttpAnswers): Handler => ({
  opened: () => undefined,
  received: (bytes: Uint8Array, _place: Place) => {
    writer.begin();
    let isAnswered = false;
    const answerOnce = (answer: () => void): void => {
      if (isAnswered) return;
      isAnswered = true;
      requests.stop();
      answer();
    };
    const requests = new HttpRequests({
      head: (request) =>
        answerOnce(() => writer.reply(answers.to(request.method, () => writer.around(bytes)))),
      request: () => undefined,
      bad: (name) => answerOnce(() => refuse(writer, name)),
    });
    requests.push(bytes);
    requests.finish();
    answerOnce(() => refuse(writer, 'http-nothing'));
  },
  finished: (answered) => answered(),
  closed: () => undefined,
});

function refuse(writer: ReplyWriter, name: BadRequest): void {
  writer.fail(failed('HTTP_BAD_REQUEST', { name }));
  writer.reply(badRequest);
}
