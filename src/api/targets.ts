/** What cli/ and plugin/ need to know of the built-in targets. */
export { aboutEdge, BUILT_IN, referenceEdge } from '../targets/index.js';
