// The difference of two lists of lines.

// Beyond this the middle is shown as wholly changed: a table of both would be too large.
const MOST = 4_000_000;

/** `[sign, left, right]`, with the sign `=`, `-` or `+`. */
export function difference(left, right) {
  let [start, endLeft, endRight] = [0, left.length, right.length];
  while (start < endLeft && start < endRight && left[start] === right[start]) start += 1;
  while (endLeft > start && endRight > start && left[endLeft - 1] === right[endRight - 1]) {
    endLeft -= 1;
    endRight -= 1;
  }
  const same = (line) => ['=', line, line];
  return [
    ...left.slice(0, start).map(same),
    ...middle(left.slice(start, endLeft), right.slice(start, endRight)),
    ...left.slice(endLeft).map(same),
  ];
}

function middle(left, right) {
  if (left.length * right.length > MOST) {
    return [...left.map((line) => ['-', line, null]), ...right.map((line) => ['+', null, line])];
  }
  const width = right.length + 1;
  const common = new Uint16Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = left[i] === right[j]
        ? common[(i + 1) * width + j + 1] + 1
        : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const made = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) made.push(['=', left[i++], right[j++]]);
    else if (j >= right.length || (i < left.length && common[(i + 1) * width + j] >= common[i * width + j + 1])) made.push(['-', left[i++], null]);
    else made.push(['+', null, right[j++]]);
  }
  return made;
}
