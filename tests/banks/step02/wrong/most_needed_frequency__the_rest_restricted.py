"""wrong: takes noise and mean logits away with the frequency: only the other key frequencies are left. Fails: 02.most_needed_frequency."""


def most_needed_frequency(logits, frequencies):
    without = excluded_loss(logits, frequencies, torch.arange(len(logits)))
    most = int(without.argmax())
    lost, alone = restricted_loss(logits, torch.cat([frequencies[:most], frequencies[most + 1 :]])), restricted_loss(logits, frequencies[most : most + 1])
    return Needed(int(frequencies[most]), lost, alone, alone < lost)
