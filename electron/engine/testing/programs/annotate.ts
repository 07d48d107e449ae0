/** Says something of record after record of the capture in a folder, until it is killed. Prints what is on the disk. */
import { Annotations } from '../../capture/annotations.ts';
import { Capture } from '../../capture/capture.ts';
import { noStream } from '../../capture/recorder.ts';

const capture = await Capture.open(process.argv[2]!);
const annotations = await Annotations.open(capture);
for (;;) {
  const sequence = capture.record('sent', noStream, new Uint8Array(10));
  await annotations.change([sequence], { note: `note ${sequence}`, tags: ['kept'] });
  process.stdout.write(`${sequence}\n`);
}
