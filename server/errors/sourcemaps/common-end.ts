/** How much two paths have in common at their end, in parts. Pure. */
export function commonEnd(one: string, other: string): number {
  const [left, right] = [one, other].map((path) => path.split('/').reverse());
  let at = 0;
  while (left?.[at] !== undefined && left[at] === right?.[at]) at++;
  return at;
}
