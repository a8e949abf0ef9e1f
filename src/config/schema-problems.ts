import type { ErrorObject } from 'ajv/dist/2020.js';
import type { AutosplitError } from '../util/error.js';
import { suggestion } from '../util/suggest.js';
import { keyAt, type Located, nearestAt, toPlain, valueAt } from './located.js';
import { problemAt } from './problem.js';
import { pointerPath } from './schema.js';
