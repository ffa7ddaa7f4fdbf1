/** What waits, in a line per owner: who has many waiting does not keep others from their turn (TEN-11). */
export interface FairQueue<Item> {
  /** False: the owner has as many waiting as may wait. */
  add(owner: string, item: Item): boolean;
  /** At most so many, one of each owner in turn, and of each in the order of coming. */
  take(most: number): Item[];
  isEmpty(): boolean;
}

interface Line<Item> {
  items: Item[];
  /** The place of the first that still waits. */
  first: number;
}

export function createFairQueue<Item>(limitPerOwner: number): FairQueue<Item> {
  /** Whose turn is next stands first. */
  const lines = new Map<string, Line<Item>>();
  return {
    add: (owner, item) => {
      let line = lines.get(owner);
      if (line === undefined) lines.set(owner, (line = { items: [], first: 0 }));
      if (line.items.length - line.first >= limitPerOwner) return false;
      line.items.push(item);
      return true;
    },
    take: (most) => {
      const taken: Item[] = [];
      for (const [owner, line] of lines) {
        if (taken.length === most) break;
        taken.push(...line.items.slice(line.first, line.first + 1));
        line.first++;
        // Whoever was served goes to the end of the row, which this loop reaches again.
        lines.delete(owner);
        if (line.first < line.items.length) lines.set(owner, trimmed(line));
      }
      return taken;
    },
    isEmpty: () => lines.size === 0,
  };
}

/** Lets go of what was taken, now and then: moving the rest each time would cost more the longer the line is. */
function trimmed<Item>(line: Line<Item>): Line<Item> {
  return line.first < 1024 ? line : { items: line.items.slice(line.first), first: 0 };
}
