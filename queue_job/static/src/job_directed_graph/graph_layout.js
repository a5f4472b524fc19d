// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)

// Layered drawing of a directed graph without cycles: each node stands one column
// right of the rightmost of its parents, and nodes of a column are ordered by the
// mean place of their neighbours, which keeps most edges from crossing. Mirrored, for who
// reads from the right, the first column is the rightmost.

export const NODE_WIDTH = 170;
export const NODE_HEIGHT = 36;
const COLUMN_GAP = 56;
const ROW_GAP = 16;
const SWEEPS = 4;

/**
 * Keep the edges whose two ends are nodes, once each, and never from a node to itself.
 *
 * @param {Array<{id: number}>} nodes
 * @param {Array<[number, number]>} edges pairs of parent and child id
 * @returns {{parents: Map<number, number[]>, children: Map<number, number[]>}}
 */
function neighbours(nodes, edges) {
    const parents = new Map(nodes.map((node) => [node.id, []]));
    const children = new Map(nodes.map((node) => [node.id, []]));
    const seen = new Set();
    for (const [parent, child] of edges) {
        const key = `${parent}-${child}`;
        if (parent !== child && parents.has(parent) && parents.has(child) && !seen.has(key)) {
            seen.add(key);
            children.get(parent).push(child);
            parents.get(child).push(parent);
        }
    }
    return { parents, children };
}

/**
 * Give each node its column. Nodes of a cycle, which stored graphs should not have,
 * end in column 0 instead of looping for ever.
 */
function columnsOf(nodes, parents, children) {
    const column = new Map(nodes.map((node) => [node.id, 0]));
    const open = new Map(nodes.map((node) => [node.id, parents.get(node.id).length]));
    const ready = nodes.filter((node) => !open.get(node.id)).map((node) => node.id);
    while (ready.length) {
        const id = ready.pop();
        for (const child of children.get(id)) {
            column.set(child, Math.max(column.get(child), column.get(id) + 1));
            open.set(child, open.get(child) - 1);
            if (!open.get(child)) {
                ready.push(child);
            }
        }
    }
    return column;
}

function sortByMeanPlace(ids, adjacent, place) {
    const mean = new Map(
        ids.map((id) => {
            const places = adjacent.get(id).map((other) => place.get(other));
            const sum = places.reduce((total, value) => total + value, 0);
            return [id, places.length ? sum / places.length : place.get(id)];
        })
    );
    ids.sort((a, b) => mean.get(a) - mean.get(b) || a - b);
}

/**
 * Compute where nodes and edges are drawn.
 *
 * @param {Array<{id: number}>} nodes
 * @param {Array<[number, number]>} edges pairs of parent and child id
 * @param {boolean} isMirrored
 * @returns {{nodes: Array, edges: Array, width: number, height: number}} nodes with
 *   `x`, `y` (top left), `column`, and the ids of their `parents` and `children`; edges with an
 *   SVG `path`; sizes in pixels
 */
export function layoutGraph(nodes, edges, isMirrored = false) {
    const { parents, children } = neighbours(nodes, edges);
    const column = columnsOf(nodes, parents, children);
    const columns = [];
    for (const node of nodes) {
        const index = column.get(node.id);
        (columns[index] ||= []).push(node.id);
    }
    const place = new Map();
    const rank = (ids) => ids.forEach((id, index) => place.set(id, index - ids.length / 2));
    columns.forEach(rank);
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
        const order = sweep % 2 ? [...columns].reverse() : columns;
        for (const ids of order) {
            sortByMeanPlace(ids, sweep % 2 ? children : parents, place);
            rank(ids);
        }
    }
    const tallest = Math.max(1, ...columns.map((ids) => ids.length));
    const height = tallest * (NODE_HEIGHT + ROW_GAP) + ROW_GAP;
    const width = Math.max(1, columns.length) * (NODE_WIDTH + COLUMN_GAP) - COLUMN_GAP + 2 * ROW_GAP;
    const left = (index) => ROW_GAP + index * (NODE_WIDTH + COLUMN_GAP);
    const positions = new Map();
    columns.forEach((ids, index) => {
        const top = (height - ids.length * (NODE_HEIGHT + ROW_GAP) + ROW_GAP) / 2;
        ids.forEach((id, row) => {
            positions.set(id, {
                x: isMirrored ? width - left(index) - NODE_WIDTH : left(index),
                y: top + row * (NODE_HEIGHT + ROW_GAP),
                column: index,
            });
        });
    });
    const drawn = [];
    for (const [parent, followers] of children) {
        for (const child of followers) {
            drawn.push({
                key: `${parent}-${child}`,
                path: edgePath(positions.get(parent), positions.get(child), isMirrored),
            });
        }
    }
    return {
        nodes: nodes.map((node) => ({
            ...node,
            ...positions.get(node.id),
            parents: parents.get(node.id),
            children: children.get(node.id),
        })),
        edges: drawn,
        width,
        height,
    };
}

function edgePath(from, to, isMirrored) {
    const x1 = isMirrored ? from.x : from.x + NODE_WIDTH;
    const y1 = from.y + NODE_HEIGHT / 2;
    const x2 = isMirrored ? to.x + NODE_WIDTH : to.x;
    const y2 = to.y + NODE_HEIGHT / 2;
    const bend = (isMirrored ? -1 : 1) * Math.max(30, Math.abs(x2 - x1) / 2);
    return `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
}
