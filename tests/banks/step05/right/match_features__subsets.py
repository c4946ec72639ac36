"""right: dynamic programming over sets of rows of the smaller."""

def match_features(a, b):
    if len(a) > len(b):
        swapped = match_features(b, a)
        order = swapped.b.argsort()
        return Matching(swapped.b[order], swapped.a[order], swapped.cosine[order])
    table = torch.cosine_similarity(a[:, None], b[None], dim=-1)
    best = {0: (0.0, [])}  # the set of matched rows of a: the largest sum, and the pairs
    for column in range(len(b)):
        reached = dict(best)
        for used, (total, pairs) in best.items():
            for row in range(len(a)):
                new, value = used | 1 << row, total + table[row, column].item()
                if not used >> row & 1 and value > reached.get(new, (-1e9, []))[0]:
                    reached[new] = (value, [*pairs, (row, column)])
        best = reached
    rows, columns = map(torch.tensor, zip(*sorted(best[2 ** len(a) - 1][1]), strict=True))
    return Matching(rows, columns, table[rows, columns])
