import { each, type Family, FLOAT_BY_ELEMENTS } from './family.js';

/** Mathematical functions of one tensor, element by element. */
export const unary: Family = {
  operators: {
    ...each(FLOAT_BY_ELEMENTS, 'Abs', 'Neg', 'Sign', 'Exp', 'Log', 'Sqrt', 'Reciprocal', 'Erf'),
    ...each(FLOAT_BY_ELEMENTS, 'Floor', 'Ceil', 'Round', 'Not', 'BitwiseNot', 'IsNaN', 'IsInf'),
    ...each(FLOAT_BY_ELEMENTS, 'Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan'),
    ...each(FLOAT_BY_ELEMENTS, 'Sinh', 'Cosh', 'Asinh', 'Acosh', 'Atanh'),
  },
};
