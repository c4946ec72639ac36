"""right: repeats each period with Tensor.repeat and cuts it off."""

def training_batches(steps, batch, length, periods, vocab, seed):
    low, high = periods
    if low > high or low < 1 or high >= vocab:
        raise ValueError("periods do not fit")
    import random
    dice = random.Random(seed)
    made = []
    for _ in range(steps):
        period = dice.randint(low, high)
        once = repeated_tokens(batch, period, vocab, dice.randrange(2**40), bos=False)[:, :period]
        many = once.repeat(1, length // period + 1)[:, : length - 1]
        made.append(torch.nn.functional.pad(many, (1, 0), value=vocab - 1))
    return made
