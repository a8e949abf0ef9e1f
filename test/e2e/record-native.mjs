// For `node --import`: appends the path of every native addon that is loaded to the file $AUTOSPLIT_TEST_RECORD.
import { appendFileSync } from 'node:fs';

const { dlopen } = process;
process.dlopen = (module, file, ...rest) => {
  appendFileSync(process.env.AUTOSPLIT_TEST_RECORD, `${file}\n`);
  return dlopen.call(process, module, file, ...rest);
};
