"""right: scales the directions and uses an einsum."""

def project(stack, scale, directions):
    return torch.einsum("...pd,pd->...p", stack, directions.vectors / scale)
