"""wrong: asks for the third name in the control. Fails: 04.make_prompts."""

def make_prompts(
    model: TransformerBridge,
    frames: Sequence[str],
    names: Sequence[tuple[str, str]],
    orders: Sequence[str],
    subjects: Sequence[str] | None = None,
) -> Prompts:
    if any(len(given) != len(frames) for given in (names, orders, subjects if subjects is not None else frames)):
        raise ValueError("frames, names, orders and subjects must be of one length.")
    rows, answers, places = [], [], []
    for i, (frame, (io, s), order) in enumerate(zip(frames, names, orders, strict=True)):
        if order not in ORDERS:
            raise ValueError(f"orders[{i}] is {order!r}; it must be one of {ORDERS}.")
        a, b = (io, s) if order == "ABBA" else (s, io)
        subject = s if subjects is None else subjects[i]
        _name_token(model, subject)
        answers.append([_name_token(model, io), _name_token(model, subject)])
        rows.append(model.to_tokens(frame.format(A=a, B=b, S=subject))[0])
        before = [frame.partition(f" {{{slot}}}")[0].format(A=a, B=b, S=subject) for slot in "ABS"]
        first, second, third = [model.to_tokens(text).shape[1] for text in before]
        io_place, s_place = (first, second) if order == "ABBA" else (second, first)
        places.append([io_place, s_place, s_place + 1, third, len(rows[-1]) - 1])
    if len({len(row) for row in rows}) > 1:
        raise ValueError(f"The prompts have different lengths: {sorted({len(row) for row in rows})} tokens.")
    columns = torch.tensor(places).T
    return Prompts(
        torch.stack(rows),
        torch.tensor(answers),
        dict(zip(("IO", "S1", "S1+1", "S2", "END"), columns, strict=True)),
    )
