"""right: adds the strongest frequencies one by one."""

def key_frequencies(spectrum, share=0.9):
    if share <= 0 or share > 1:
        raise ValueError("not a share")
    energies = {k: float(spectrum[2 * k - 1]) ** 2 + float(spectrum[2 * k]) ** 2 for k in range(1, len(spectrum) // 2 + 1)}
    total, held, chosen = sum(energies.values()), 0.0, []
    for k in sorted(energies, key=energies.get, reverse=True):
        if held >= share * total * (1 - 1e-9):
            break
        held += energies[k]
        chosen.append(k)
    return torch.tensor(sorted(chosen))
