import { each, type Family, FLOAT_BY_ELEMENTS } from './family.js';

/** Operators that make values of shapes, of attributes, or by chance. */
export const generate: Family = {
  operators: {
    ...each(FLOAT_BY_ELEMENTS, 'Constant', 'ConstantOfShape', 'Shape', 'Size', 'Range', 'EyeLike'),
    ...each({ ...FLOAT_BY_ELEMENTS, isRandom: true }, 'RandomNormal', 'RandomNormalLike', 'RandomUniform'),
    ...each({ ...FLOAT_BY_ELEMENTS, isRandom: true }, 'RandomUniformLike', 'Multinomial', 'Bernoulli'),
  },
};
