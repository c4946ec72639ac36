"""right: finds the places by looking for the names in the tokens."""

def make_prompts(model, frames, names, orders, subjects=None):
    if not len(frames) == len(names) == len(orders) or (subjects is not None and len(subjects) != len(frames)):
        raise ValueError("lengths")
    texts, answers, thirds = [], [], []
    for i in range(len(frames)):
        io, s = names[i]
        third = subjects[i] if subjects else s
        known = {}
        for name in (io, s, third):
            found = model.to_tokens(" " + name, prepend_bos=False).flatten().tolist()
            if len(found) != 1 or model.tokenizer.decode(found) != " " + name:
                raise ValueError(name)
            known[name] = found[0]
        if orders[i] == "ABBA":
            texts.append(frames[i].format(A=io, B=s, S=third))
        elif orders[i] == "BABA":
            texts.append(frames[i].format(A=s, B=io, S=third))
        else:
            raise ValueError(orders[i])
        answers.append((known[io], known[s]))
        thirds.append(known[third])
    rows = [model.to_tokens(text).flatten().tolist() for text in texts]
    if any(len(row) != len(rows[0]) for row in rows):
        raise ValueError("different lengths")
    io = [row.index(a) for row, (a, _) in zip(rows, answers)]
    s1 = [row.index(b) for row, (_, b) in zip(rows, answers)]
    s2 = [len(row) - 1 - row[::-1].index(c) for row, c in zip(rows, thirds)]
    where = {"IO": io, "S1": s1, "S1+1": [i + 1 for i in s1], "S2": s2, "END": [len(row) - 1 for row in rows]}
    return Prompts(torch.tensor(rows), torch.tensor(answers), {k: torch.tensor(v) for k, v in where.items()})
