/** A binary heap of numbers with the least cost first. */
export class Heap {
  private readonly costs: number[] = [];
  private readonly items: number[] = [];

  push(cost: number, item: number): void {
    const { costs, items } = this;
    let at = costs.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((costs[parent] ?? 0) <= cost) break;
      costs[at] = costs[parent] ?? 0;
      items[at] = items[parent] ?? 0;
      at = parent;
    }
    costs[at] = cost;
    items[at] = item;
  }

  /** The item with the least cost, or undefined from an empty heap. */
  pop(): number | undefined {
    const { costs, items } = this;
    const first = items[0];
    const cost = costs.pop();
    const item = items.pop();
    if (cost === undefined || item === undefined || costs.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= costs.length) break;
      if (child + 1 < costs.length && (costs[child + 1] ?? 0) < (costs[child] ?? 0)) child++;
      if ((costs[child] ?? 0) >= cost) break;
      costs[at] = costs[child] ?? 0;
      items[at] = items[child] ?? 0;
      at = child;
    }
    costs[at] = cost;
    items[at] = item;
    return first;
  }
}
