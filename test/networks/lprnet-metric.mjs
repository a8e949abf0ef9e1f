const ALPHABET = '京沪津渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新0123456789ABCDEFGHJKLMNPQRSTUVWXYZIO-';
const BLANK = 67;

/** Exact match of the plate, decoded greedily by CTC over [1, 68 characters, 18 steps]. */
export default function exactMatch({ logits: { data, dims } }, label) {
  const [, characters, steps] = dims;
  let text = '';
  let last = BLANK;
  for (let step = 0; step < steps; step++) {
    let best = 0;
    for (let c = 1; c < characters; c++) if (data[c * steps + step] > data[best * steps + step]) best = c;
    if (best !== last && best !== BLANK) text += [...ALPHABET][best];
    last = best;
  }
  return text === label ? 1 : 0;
}
