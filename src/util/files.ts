export {
  canonicalJson,
  chunksOf,
  contentDigest,
  contentLength,
  type FileContent,
  type Piece,
  relativePath,
  sha256,
  sha256File,
} from './content.js';
export {
  checkTarget,
  commitFolder,
  discardFolder,
  extendFolder,
  isExpendable,
  recoverFolder,
  replaceFolder,
  stageFolder,
} from './folder.js';
