"""wrong: looks at the first prompt only. Fails: 04.name_writers."""


def name_writers(attention, logits, least=0.5, share=0.5):
    wrote, looked = (logits[..., 0] - logits[..., 1]).mean(2), attention[:, :, 0, 0]
    writers = []
    for layer, head in (wrote.abs() >= least).nonzero().tolist():
        sign = "" if wrote[layer, head] > 0 else "negative "
        role = f"{sign}name mover" if looked[layer, head] >= share else "other"
        writers.append(Writer(layer, head, role, wrote[layer, head].item(), looked[layer, head].item()))
    return sorted(writers, key=lambda writer: -abs(writer.wrote))
