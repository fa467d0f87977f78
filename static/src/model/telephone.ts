/** Telephone numbers as the page writes them, by their shape alone; `numbering/writing.py` has the same rules. */

const AREA = "(0(?:10|2[0-9]|[3-9][0-9]{2}))";
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/^(1[3-9][0-9])([0-9]{4})([0-9]{4})$/, "$1 $2 $3"],
  [/^([48]00)([0-9]{3})([0-9]{4})$/, "$1-$2-$3"],
  [/^(700)([0-9]{4})([0-9]{4})([0-9]{4})$/, "$1 $2 $3 $4"],
  [new RegExp(`^${AREA}([0-9]{3,4})([0-9]{4})$`), "$1-$2 $3"],
  [new RegExp(`^${AREA}(1[0-2][0-9]{1,4}|9[56][0-9]{3,9})$`), "$1-$2"],
];

const COUNTRY = /^\+(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-689][0-9]{2})([0-9]+)$/;
const SHORTEST_ABROAD = "+1234567".length;

/** Lengths of the groups after a country code, by how many digits follow it; others stay in one piece. */
const GROUPS_ABROAD: Readonly<Record<number, readonly number[]>> = {
  6: [3, 3], 7: [3, 4], 8: [4, 4], 9: [3, 3, 3], 10: [3, 3, 4], 11: [3, 4, 4], 12: [4, 4, 4],
};

function writtenAbroad(number: string): string {
  const [, code = "", rest = ""] = COUNTRY.exec(number) ?? [];
  if (!code || code === "86" || number.length < SHORTEST_ABROAD) return number;
  let start = 0;
  const groups = (GROUPS_ABROAD[rest.length] ?? [rest.length]).map((length) => rest.slice(start, (start += length)));
  return [`+${code}`, ...groups].join(" ");
}

/** A number as the API gives it, in groups: `010-6552 9988`; a name, an extension or 95588 stays as it is. */
export function written(number: string): string {
  if (number.startsWith("+")) return writtenAbroad(number);
  const [shape, groups] = SHAPES.find(([pattern]) => pattern.test(number)) ?? [];
  return shape && groups ? number.replace(shape, groups) : number;
}

const FULL_WIDTH = /[\uff0b\uff10-\uff19]/g;
const NOTHING = /[\s\p{Pd}\p{Cf}\p{Mn}\p{Me}().·/•‧∙⋅・⁃˗−─━ー~]/gu;

/** Digits, and a leading plus, without what people write between them; null for what has anything else in it. */
export function digitsOf(text: string): string | null {
  const narrow = text.replace(FULL_WIDTH, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0)).replace(NOTHING, "");
  return /^\+?[0-9]+$/.test(narrow) ? narrow : null;
}

/** A number in whatever spelling somebody gave it, as the page writes it; what is no number stays as it is. */
export function rewritten(text: string): string {
  const digits = digitsOf(text);
  if (digits === null) return text;
  const national = /^(?:\+|00)86(.*)$/.exec(digits)?.[1]?.replace(/^0/, "");
  if (national === undefined) return written(digits.replace(/^00/, "+"));
  return [national, `0${national}`].map(written).find((shown) => /[ -]/.test(shown)) ?? national;
}
