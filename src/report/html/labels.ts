/** A mark, in pixels. */
export interface Spot {
  x: number;
  y: number;
  radius: number;
}

/** A mark with its text. */
export interface Wanted extends Spot {
  text: string;
}

export interface Placed {
  text: string;
  /** Index in `wanted`. */
  index: number;
  anchor: 'start' | 'middle' | 'end';
  dx: number;
  dy: number;
}

/** Marks closer than this share one label, in pixels. */
const SAME = 8;
/** Mean width of a letter and half the height of a line, in pixels. */
const LETTER = 6.2;
const HALF_LINE = 7;

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/**
 * Places texts above, below or beside their marks, so that none covers a mark or another text or leaves the picture. A
 * text without room is left out. Marks in one place share a text: the first name and the number of others.
 */
export function placeLabels(wanted: readonly Wanted[], marks: readonly Spot[], width: number): Placed[] {
  const clusters: { spot: Wanted; index: number; texts: string[] }[] = [];
  wanted.forEach((spot, index) => {
    const near = clusters.find(
      (other) => Math.abs(other.spot.x - spot.x) < SAME && Math.abs(other.spot.y - spot.y) < SAME,
    );
    if (near) near.texts.push(spot.text);
    else clusters.push({ spot, index, texts: [spot.text] });
  });
  const taken = marks.map(
    ({ x, y, radius }): Box => ({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius }),
  );
  return clusters.flatMap(({ spot, index, texts }): Placed[] => {
    const text = texts.length === 1 ? texts[0] : `${texts[0]} +${texts.length - 1}`;
    for (const place of places(spot, LETTER * text.length)) {
      const { box, ...placed } = place;
      if (box.left < 0 || box.right > width || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      return [{ text, index, ...placed }];
    }
    return [];
  });
}

const overlap = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

function places({ x, y, radius }: Spot, length: number): (Omit<Placed, 'text' | 'index'> & { box: Box })[] {
  const away = radius + 9;
  const starts = { start: 0, middle: -length / 2, end: -length } as const;
  const place = (anchor: Placed['anchor'], dx: number, dy: number) => {
    const left = x + dx + starts[anchor];
    return { anchor, dx, dy, box: { left, right: left + length, top: y + dy - HALF_LINE, bottom: y + dy + HALF_LINE } };
  };
  const beside = [place('start', away - 3, 0), place('end', 3 - away, 0)];
  return [
    ...(['middle', 'start', 'end'] as const).flatMap((anchor) => [place(anchor, 0, -away), place(anchor, 0, away)]),
    ...beside,
  ];
}
