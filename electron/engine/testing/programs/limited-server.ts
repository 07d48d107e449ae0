/** Our echo server in a process that may open few descriptors; run by crowds.test.ts. A line of JSON tells what it holds. */
import { answers } from '../../handlers/replies.ts';
import { TestRecorder } from '../recorder.ts';
import { defaultListener } from '../../../../shared/settings/endpoint.ts';
import { Listener } from '../../stream/listener.ts';

const tellEveryMs = 20;

const listener = new Listener(new TestRecorder(), { handlerOf: answers });
const settings = defaultListener();
const { port } = await listener.start({
  ...settings,
  port: 0,
  reply: { ...settings.reply, kind: 'echo' },
});
const tell = (): void => {
  const open = listener.connections.openCount;
  process.stdout.write(`${JSON.stringify({ port, open, refused: listener.status.refused })}\n`);
};
const timer = setInterval(tell, tellEveryMs);
tell();
// What is said on its standard input, or its end, stops the server.
process.stdin
  .once('data', () => undefined)
  .once('end', () => {
    clearInterval(timer);
    void listener.stop();
  });
