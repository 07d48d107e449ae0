/** The worker of `importFiles`: what files ask for is done here, away from the sockets. */
import { parentPort, workerData } from 'node:worker_threads';
import { failureOf } from '../../../../shared/failure.ts';
import { importNow, type ImportAnswer, type ImportedFiles } from './certificate-import.ts';

function answer(): ImportAnswer {
  try {
    return { imported: importNow(workerData as ImportedFiles), failure: null };
  } catch (error) {
    return { imported: null, failure: failureOf(error) };
  }
}

parentPort!.postMessage(answer());
