export {
  canonicalJson,
  contentDigest,
  contentLength,
  type FileContent,
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
  stageFolder,
} from './folder.js';
