import { each, type Family, FLOAT_BY_ELEMENTS } from './family.js';
import { keepOpset } from './upgrade.js';

/** Control flow, sequences and optionals. What bodies compute is not counted. */
export const control: Family = {
  operators: {
    ...each({ ...FLOAT_BY_ELEMENTS, upgrade: keepOpset }, 'If', 'Loop', 'Scan'),
    ...each(FLOAT_BY_ELEMENTS, 'SequenceAt', 'SequenceConstruct', 'SequenceEmpty', 'SequenceErase', 'SequenceInsert'),
    ...each(FLOAT_BY_ELEMENTS, 'SequenceLength', 'SequenceMap', 'SplitToSequence', 'ConcatFromSequence'),
    ...each(FLOAT_BY_ELEMENTS, 'Optional', 'OptionalGetElement', 'OptionalHasElement'),
  },
};
