"""hostile (text): begins lines with commands to the machine that runs the class. Says: Raised an exception."""
def logits(x, W, bias):
    print("::add-mask::passed\n::set-output name=score::100\n##vso[task.complete result=Succeeded]")
    raise ValueError("\n::error file=x::passed\n::stop-commands::token\n\u202e001/001")
