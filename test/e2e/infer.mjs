// node infer.mjs EDGE_MODULE CLOUD_URL INPUTS: runs an edge side through its public interface, as an application would.
// INPUTS is JSON, a list of { name: [numbers] }; the outputs and the names of the timings are printed as JSON.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [module, cloud, file] = process.argv.slice(2);
const { createEdge } = await import(pathToFileURL(module).href);
const edge = await createEdge(cloud === '' ? {} : { cloud });
const results = [];
for (const inputs of JSON.parse(readFileSync(file, 'utf8'))) {
  const arrays = Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, Float32Array.from(values)]));
  const { outputs, timings } = await edge.infer(arrays);
  results.push({
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, Array.from(data)])),
    timings,
  });
}
await edge.close();
process.stdout.write(JSON.stringify(results));
