import { bundleWorkers, hasWorkers } from './bundle.mjs';

export default async function setup() {
  if (hasWorkers()) await bundleWorkers();
}
