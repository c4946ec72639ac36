"""wrong: returns NumPy's rows and columns. Fails: 05.match_features."""

from scipy.optimize import linear_sum_assignment


def match_features(a, b):
    table = nn.functional.normalize(a, dim=-1) @ nn.functional.normalize(b, dim=-1).T
    rows, columns = linear_sum_assignment(table.numpy(), maximize=True)
    return Matching(rows, columns, table[rows, columns])
