"""The words of step 04: names, places, things, and the sentences that they go into.

Every word, with the space before it, is one token both of GPT-2 and of the small model that the course ships, so that
sentences from one frame have one length, and a name's place in them is the frame's.
"""


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


NAMES = _words(
    "Mary John Tom James Dan Sid Martin Amy Anna Paul Mark Lisa Sarah Kate Peter Jack Emma Alice Bob Laura Kevin David "
    "Susan Linda Karen Brian Jason Scott Eric Adam Rachel Julia Simon Lucy Helen Frank George Henry Oscar Ruth Grace "
    "Clara Max Leo Nina Rose Luke Ryan"
)
PLACES = _words("store park school station office garden market library museum beach kitchen church hotel bank farm")
THINGS = _words("drink book ball ring letter coat map key hat cake pen card cup flower basket camera lamp guitar")

# {A} and {B} are the two names in the order in which they come, {S} is the subject of the second half: A or B in an IOI
# sentence, a third name in the ABC control. Each of these is 15 tokens long, with BOS and without a last name.
FRAMES = (
    "When {A} and {B} went to the {place}, {S} gave a {thing} to",
    "After {A} and {B} arrived at the {place}, {S} handed a {thing} to",
    "While {A} and {B} worked at the {place}, {S} passed a {thing} to",
    "At the {place}, {A} and {B} talked. {S} offered a {thing} to",
    "Then {A} and {B} had lunch together. {S} sent a big {thing} to",
    "Yesterday {A} met {B} at the {place}. {S} gave a small {thing} to",
)
