import { expect, it } from "vitest";
import { runsOf, hits, type Box } from "./runs.ts";
import { sketch } from "./sketch.ts";

const [start, end] = [{ x: 0, y: 0 }, { x: 400, y: 200 }];
const ends = { id: "w", target: "t", start, end };
const underCards = (route: ReturnType<typeof sketch>, cards: Box[]) => cards.filter((card) => runsOf(route).some((run) => hits(run, card, 0)));

it.each<[string, Box[]]>([
  ["none", []],
  ["a card in the middle", [{ x: 150, y: 60, width: 100, height: 80 }]],
  ["cards in the middle and to the left", [{ x: 150, y: 60, width: 100, height: 80 }, { x: 5, y: 100, width: 60, height: 150 }]],
])("leads a wire past %s", (_, cards) => {
  const way = sketch(ends, cards);
  expect([way[0], way.at(-1)]).toEqual([start, end]);
  expect(underCards(way, cards)).toEqual([]);
});

it("leads a wire back to the left, below a card in between", () => {
  const card = { x: -300, y: -100, width: 100, height: 150 };
  const way = sketch({ ...ends, end: { x: -500, y: 0 } }, [card]);
  expect([way[0], way.at(-1)]).toEqual([start, { x: -500, y: 0 }]);
  expect(runsOf(way).every((run) => run.from <= run.to)).toBe(true);
});

it("gives a way even where cards lie everywhere", () => {
  expect(sketch(ends, [{ x: -50, y: -50, width: 600, height: 400 }]).at(-1)).toEqual(end);
});
