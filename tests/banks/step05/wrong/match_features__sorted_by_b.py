"""wrong: sorts by the row of b. Fails: 05.match_features."""

from scipy.optimize import linear_sum_assignment


def match_features(a, b):
    table = nn.functional.normalize(a, dim=-1) @ nn.functional.normalize(b, dim=-1).T
    columns, rows = map(torch.from_numpy, linear_sum_assignment(table.T.numpy(), maximize=True))
    return Matching(rows, columns, table[rows, columns])
