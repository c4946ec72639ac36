"""wrong: sorts by the cosine. Fails: 05.match_features."""

from scipy.optimize import linear_sum_assignment


def match_features(a, b):
    table = nn.functional.normalize(a, dim=-1) @ nn.functional.normalize(b, dim=-1).T
    rows, columns = map(torch.from_numpy, linear_sum_assignment(table.numpy(), maximize=True))
    order = table[rows, columns].argsort(descending=True)
    rows, columns = rows[order], columns[order]
    return Matching(rows, columns, table[rows, columns])
