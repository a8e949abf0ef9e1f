/** The targets of autosplit, as ways in name and describe them. */
export { aboutEdge, BUILT_IN, referenceEdge } from '../targets/index.js';
