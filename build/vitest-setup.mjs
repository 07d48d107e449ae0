import { bundleForTests, bundleWorkers, hasWorkers } from './bundle.mjs';

export default async function setup() {
  if (hasWorkers()) await Promise.all([bundleWorkers(), bundleForTests()]);
}
