/** A process that records until its clock was set, once more after that, and ends. Its argument is the capture's folder. */
import { Capture } from '../../capture/capture.ts';
import { noStream } from '../../capture/recorder.ts';

const capture = await Capture.open(process.argv[2]!);
const record = (): number => capture.record('received', noStream, Buffer.from([1]));
const start = Date.now();
/** Less than what a test sets the clock by, more than it may wait. */
const setByMs = 3_600_000;
record();
console.log('recorded');
/** More than the clock of the engine lets pass between two looks at the system's. */
const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
while (Math.abs(Date.now() - start) < setByMs) await moment();
await moment();
record();
await capture.close();
