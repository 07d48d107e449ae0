// Loaded before electron's own install script: shows the progress of its download, and gives up where a network
// swallows packets. The transfer itself may take as long as it needs, while it moves.
const answerMs = 15_000;
const stallMs = 60_000;
const reportMs = 2_000;

const plainFetch = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const giveUp = new AbortController();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const expect = (/** @type {number} */ ms, /** @type {string} */ what) => {
    clearTimeout(timer);
    timer = setTimeout(() => giveUp.abort(new Error(`${what} for ${ms / 1000} s`)), ms);
    timer.unref();
  };
  expect(answerMs, 'no answer');
  try {
    const response = await plainFetch(input, { ...init, signal: giveUp.signal });
    const { status, statusText, headers } = response;
    const report = reporter(Number(headers.get('content-length')) || 0);
    const watch = new TransformStream({
      transform(chunk, controller) {
        expect(stallMs, 'the download stood still');
        report(chunk.length);
        controller.enqueue(chunk);
      },
      flush: () => clearTimeout(timer),
    });
    return new Response(response.body?.pipeThrough(watch) ?? null, { status, statusText, headers });
  } catch (error) {
    clearTimeout(timer);
    // The script prints a stack without its cause; start.mjs looks for this line.
    const { cause, message } = /** @type {Error & { cause?: Error & { code?: string } }} */ (error);
    process.stderr.write(`reason: ${cause?.message || cause?.code || message}\n`);
    throw error;
  }
};

function reporter(/** @type {number} */ total) {
  let done = 0;
  let nextAt = 0;
  return (/** @type {number} */ bytes) => {
    done += bytes;
    if (total < 1e6 || Date.now() < nextAt) return;
    nextAt = Date.now() + reportMs;
    process.stdout.write(
      `Downloading Electron: ${Math.round(done / 1e6)} of ${Math.round(total / 1e6)} MB\n`,
    );
  };
}
